"""Windows against a brute force, and spans that neighbours join into."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag_core import preset
from rag_core.geometry import Span
from rag_core.parts.chunker.atoms import AtomChunker
from rag_core.parts.reference.windows import Windows
from rag_core.stages.entries import Entry
from rag_core.stages.ranking import Scored
from rag_core.text.tokenizers import get_tokenizer
from tests.fakes.entries_only import built_of

COUNT = get_tokenizer("cl100k").count
SENTENCES = [
    "Otters hold hands.",
    "A colony has one queen, and she lays eggs all day long.",
    "Yes.",
    "It was built in 1932.",
]
TEXTS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=60).map(" ".join)


@given(text=TEXTS, width=st.integers(0, 300))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_window_holds_the_chunks_whose_middles_are_near(text, width, text_document, resources):
    document = text_document(text)
    chunks = AtomChunker().chunk(document, resources)
    before = [COUNT(text[: chunk.start]) for chunk in chunks] + [COUNT(text)]
    middles = [(first + last) / 2 for first, last in pairwise(before)]
    entries = Windows(window_tokens=(0, width)).entries(document, chunks, resources)
    for middle, entry, chunk in zip(middles, entries, chunks, strict=True):
        near = [other for other, m in zip(chunks, middles, strict=True) if abs(m - middle) <= width / 2]
        assert entry.windows[-1] == Span(near[0].start, near[-1].end)
        assert entry.windows[0] == entry.chunk == chunk


def test_neighbours_join_and_a_gap_of_one_is_filled(text_document, resources):
    document = text_document(" ".join(SENTENCES * 2))
    chunks = AtomChunker().chunk(document, resources)
    reference = Windows()
    entries = reference.entries(document, chunks, resources)
    taken = [Scored(4, 0.9), Scored(2, 0.8), Scored(7, 0.7)]
    joined, alone = reference.resolve(taken, built_of([document], entries))
    assert joined.span == Span(chunks[2].start, chunks[4].end)
    assert (joined.score, joined.via) == (0.9, [Scored(4, 0.9), Scored(2, 0.8)])
    assert alone.span == chunks[7]


@given(
    sizes=st.lists(st.integers(1, 12), min_size=1, max_size=3),
    scores=st.lists(st.integers(0, 9), min_size=36, max_size=36),
    count=st.integers(0, 36),
)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_resolve_against_a_brute_force(sizes, scores, count, text_document):
    """Chunk by chunk: one is in a span if it is taken, or if it stands between two of its document that are."""
    owners = [number for number, size in enumerate(sizes) for _ in range(size)]
    starts = [5 * i for size in sizes for i in range(size)]
    entries = [
        Entry("window", Span(at, at + 4), (Span(at, at + 4),), document=of)
        for at, of in zip(starts, owners, strict=True)
    ]
    ranked = sorted((Scored(i, scores[i] / 9) for i in range(len(entries))), key=lambda one: -one.score)[:count]
    taken = {one.entry: one.score for one in ranked}

    def is_in(i):
        sides = [j for j in (i - 1, i + 1) if 0 <= j < len(owners) and owners[j] == owners[i] and j in taken]
        return i in taken or len(sides) == 2

    runs = []
    for i in filter(is_in, range(len(entries))):
        if runs and runs[-1][-1] == i - 1 and owners[i - 1] == owners[i]:
            runs[-1].append(i)
        else:
            runs.append([i])
    best = [max(taken[i] for i in run if i in taken) for run in runs]
    expected = [(owners[run[0]], starts[run[0]], starts[run[-1]] + 4, top) for run, top in zip(runs, best, strict=True)]
    document = text_document("Five " * 12)
    found = Windows().resolve(ranked, built_of([document] * len(sizes), entries))
    assert sorted((one.document, *one.span, one.score) for one in found) == sorted(expected)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert sorted(via.entry for one in found for via in one.via) == sorted(taken)


def test_spans_of_two_documents_do_not_join(text_document, resources):
    document = text_document(SENTENCES[0])
    reference = Windows()
    [entry] = reference.entries(document, [Span(0, len(document.text))], resources)
    entries = [entry, replace(entry, document=1)]
    found = reference.resolve([Scored(1, 0.5), Scored(0, 0.4)], built_of([document, document], entries))
    assert [(one.document, one.score) for one in found] == [(1, 0.5), (0, 0.4)]


@pytest.mark.parametrize("given_widths", ["128+0+128", "0+128"])
def test_widths_ascend_without_repetition(given_widths):
    assert preset(f"query_spans:reference.window_tokens={given_widths}").reference.window_tokens == (0, 128)


def test_overlapping_chunks_have_windows_too(text_document, resources):
    document = text_document(" ".join(SENTENCES * 20))
    chunks = preset("baseline:chunker.chunk_tokens=64,chunker.overlap_tokens=30").chunker.chunk(document, resources)
    entries = Windows(window_tokens=(0, 200)).entries(document, chunks, resources)
    sizes = np.diff([entry.windows[1] for entry in entries], axis=1)
    assert (sizes.ravel() >= [end - start for start, end in chunks]).all()
