"""Auto-merging: what holds for every prefix; that it is LlamaIndex's is tested in tests/parity."""

import math
import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag_core import UserError, compare, preset
from rag_core.documents.document import Document
from rag_core.parts.chunker.sentence import SentenceChunker
from rag_core.parts.reference.hierarchy import Hierarchy
from rag_core.stages.ranking import Scored
from tests.fakes.entries_only import built_of
from tests.resources import RESOURCES

TEXT = " ".join(f"Otter {number} holds the hand of otter {number + 1} in its sleep." for number in range(120))
SPEC = "auto_merging:search.kind=bm25,chunker.chunk_tokens=128,reference.level_tokens=64+20,reference.overlap_tokens=0"


@given(seed=st.integers(0, 10**6), ratio=st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), documents=st.integers(1, 2))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_of_every_prefix(seed: int, ratio: float, documents: int, text_document: Callable[..., Document]) -> None:
    rng = random.Random(seed)
    document = text_document(TEXT[: rng.randint(1, len(TEXT))])
    reference = Hierarchy(level_tokens=(64, 20), overlap_tokens=0, merge_ratio=ratio)
    chunks = SentenceChunker(chunk_tokens=128, overlap_tokens=0).chunk(document, RESOURCES)
    entries = reference.entries(document, chunks, RESOURCES)
    entries += [entry.__class__(**{**_fields(entry), "document": 1}) for entry in entries] if documents == 2 else []
    built = built_of([document] * documents, entries, chunks=[chunks] * documents)
    taken = rng.sample(range(len(entries)), rng.randint(0, len(entries)))
    prefix = [Scored(entry, 1 - rank / len(entries)) for rank, entry in enumerate(taken)]
    found = reference.resolve(prefix, built)
    used = sorted(via.entry for one in found if one.children is not None or not one.origins for via in one.via)
    assert used == sorted(taken), "each entry led to one hit"
    for one in found:
        if one.children is not None:
            assert ratio < len(one.origins) / one.children <= 1
            assert all(one.span.start <= origin.span.start <= origin.span.end <= one.span.end for origin in one.origins)
            assert all(built.entries[via.entry].document == one.document for via in one.via)
        if one.origins:
            assert one.score == pytest.approx(sum(origin.score for origin in one.origins) / len(one.origins))
        else:
            assert (one.span, one.score) == (entries[one.via[0].entry].windows[0], one.via[0].score)
    if ratio == 1:
        assert len(found) == len(prefix), "nothing merges"


def _fields(entry):  # type: ignore[no-untyped-def]
    return {name: getattr(entry, name) for name in entry.__slots__}


def test_a_budget_of_hits_merges_what_it_takes(text_document: Callable[..., Document]) -> None:
    document = text_document(TEXT)
    question = "Whose hand does otter 20, 21, 22, 23, 24, 25 hold?"
    column = compare([document], question, [preset(f"{SPEC},budget.hits=6")]).columns[0]
    merged = [hit for hit in column.hits if hit.children is not None]
    assert merged
    assert len(column.hits) < 6
    for hit in merged:
        assert hit.score == pytest.approx(sum(via.score or 0 for via in hit.via) / len(hit.via), abs=1e-5)
        assert all(hit.start <= (via.start or 0) and (via.end or math.inf) <= hit.end for via in hit.via)
    apart = compare([document], question, [preset(f"{SPEC},reference.merge_ratio=1,budget.hits=6")]).columns[0]
    assert len(apart.hits) == 6
    assert all(hit.children is None for hit in apart.hits)


@pytest.mark.parametrize("tokens", [60, 130, 300, 900])
def test_a_budget_of_tokens_is_kept_with_what_merged(tokens: int, text_document: Callable[..., Document]) -> None:
    spec = f"{SPEC},budget.kind=tokens,budget.tokens={tokens}"
    column = compare([text_document(TEXT)], "Which otter holds the hand of otter 30?", [preset(spec)]).columns[0]
    assert 0 < column.counts.context_tokens <= tokens


def test_sizes_descend_and_the_overlap_is_below_the_smallest() -> None:
    assert preset("auto_merging:reference.level_tokens=64+256+64").reference.level_tokens == (256, 64)
    with pytest.raises(UserError, match="overlap of 20 tokens must be smaller than the smallest part of 16"):
        preset("auto_merging:reference.level_tokens=512+16")
