"""Aligning the texts of one file: any two texts, and real ones after known damage."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag_core.geometry import Span
from rag_core.text.aligning.letters import folded_letters
from rag_core.text.alignment import align
from tests.text.damage import damaged
from tests.text.harsh_damage import HARSH, harshly_damaged

NAMES = ("wikitexts", "chatlogs", "state_of_the_union")

SENTENCE = "The committee has met again. "
PIECES = (
    "The bees dance",
    "ﬁne ﬂour",
    "百花齊放百家爭鳴",
    "🐝🏽‍🚀",
    "14.53",
    "-\n",
    "\r\n",
    " ",
    "**",
    "e\u0301",
    SENTENCE,
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=30).map("".join)


def span_texts(text: str, spans: tuple[Span, ...]) -> list[str]:
    return [text[span.start : span.end] for span in spans]


@given(TEXTS, TEXTS, st.integers(0, 300), st.integers(0, 300))
@example("", "", 0, 0)
@example("a" * 3000, "a" * 2000, 0, 300)
@example(SENTENCE * 50, SENTENCE * 49, 20, 200)
@example("百花齊放" * 40, "百花齊放" * 30 + "百家爭鳴", 3, 90)
def test_spans_ascend_inside_the_other_text(a, b, start, size) -> None:
    alignment = align(a, b)
    for here, there, placed in (
        (a, b, alignment.span_in_b),
        (b, a, alignment.span_in_a),
    ):
        span = Span(min(start, len(here)), min(start + size, len(here)))
        found = placed(span)
        if found is not None:
            edges = [edge for one in found.spans for edge in one]
            assert edges == sorted(edges)
            assert all(one.start < one.end for one in found.spans)
            assert edges[0] >= 0
            assert edges[-1] <= len(there)
            assert 0 < found.share <= 1


@given(TEXTS, st.integers(0, 300), st.integers(1, 300))
def test_a_text_lies_on_itself(text, start, size) -> None:
    span = Span(min(start, len(text)), min(start + size, len(text)))
    if span.end > span.start:
        assert align(text, text).span_in_b(span) == ((span,), 1.0)


@given(TEXTS, TEXTS)
def test_letters_are_paired_with_the_same_letters_once(a, b) -> None:
    pairs = align(a, b).pairs
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    for at_a, at_b in pairs.tolist():
        one, other = folded_letters(a[at_a]), folded_letters(b[at_b])
        assert set(one) & set(other) or a[at_a] == b[at_b] or (a[at_a] + b[at_b]).isspace()


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ("fine-grained", "fi ne\u00ad-\ngrai\ufb01", "fi ne\u00ad-\ngrai"),
        ("the ﬁrst word", "the first word", "the first word"),
        ("As LLMs are integrated", "AsLLMsareintegrated", "AsLLMsareintegrated"),
        ("“quoted” **bold**", "\"quoted\" bold", "quoted\" bold"),
        ("ToxiGen is 14.53 there", "ToxiGen is 14.83 there", "ToxiGen is 14.83 there"),
    ],
)  # fmt: skip
def test_forms_of_the_same_words_are_one_place(a, b, found) -> None:
    placed = align(a, b).span_in_b(Span(0, len(a)))
    assert placed is not None
    assert span_texts(b, placed.spans) == [found]


def test_a_digit_that_differs_lies_inside_its_number() -> None:
    a, b = "Falcon has 14.53 on this page", "Falcon has 14.83 on this page"
    placed = align(a, b).span_in_b(Span(11, 16))
    assert placed == ((Span(11, 16),), 0.8)


def test_swapped_blocks_give_several_spans() -> None:
    first = "The left column tells of the bees that dance on the comb in the dark. "
    second = "The right column tells of the fishermen who mend their nets all winter. "
    placed = align(first + second, second + first).span_in_b(Span(len(first) - 20, len(first) + 20))
    assert placed is not None
    assert span_texts(second + first, placed.spans) == ["The right column tel", "e comb in the dark. "]
    assert placed.share == 1


def test_repeated_text_is_placed_by_its_order() -> None:
    a = "".join(f"{SENTENCE}Item {n} was closed. " for n in range(60))
    b = a.replace("Item 30 was closed. ", "")
    alignment = align(a, b)
    for n in range(60):
        start = a.index(f"Item {n} ") - len(SENTENCE)
        expected = b.index(f"Item {n} ") - len(SENTENCE) if n != 30 else b.index("Item 31 ") - 2 * len(SENTENCE)
        assert alignment.span_in_b(Span(start, start + len(SENTENCE) - 1)) == (
            (Span(expected, expected + len(SENTENCE) - 1),), 1.0
        )  # fmt: skip


def test_what_the_other_text_lacks_is_lost() -> None:
    a = "Bees dance on the comb. Fishermen mend nets. The queen stays in the hive all winter."
    b = a.replace("Fishermen mend nets. ", "")
    start = a.index("Fishermen")
    alignment = align(a, b)
    assert alignment.span_in_b(Span(start, start + 19)) is None
    assert alignment.reversed.share_of_a == 1
    assert 0.7 < alignment.share_of_a < 0.8


def test_texts_with_nothing_in_common_share_nothing() -> None:
    a = "Bees dance on the comb, and the queen stays in the hive all winter long."
    b = "Über 77 Flüge: Kräne ziehen im Herbst südwärts, bis zu 400 km täglich."
    assert align(a, b).share_of_a < 0.1


def corpus_text(request: pytest.FixtureRequest) -> str:
    shared = request.getfixturevalue("shared_data")
    return str((shared / "chunking" / "state_of_the_union.md").read_text(encoding="utf-8"))


def chinese_text(request: pytest.FixtureRequest) -> str:
    """Signs without blanks, drawn from a few hundred, as in print."""
    rng = random.Random(5)
    signs = [chr(rng.randrange(0x4E00, 0x9F00)) for _ in range(700)]
    return "".join(rng.choice(signs) + rng.choice(("", "", "", "", "\uff0c", "\u3002\n")) for _ in range(20_000))


@pytest.mark.parametrize("corpus", NAMES)
@pytest.mark.parametrize("seed", [1, 2])
def test_gold_excerpts_keep_their_places_through_damage(shared_data, corpus, seed) -> None:
    text = (shared_data / "chunking" / f"{corpus}.md").read_text(encoding="utf-8")
    damage = damaged(text, seed)
    alignment = align(text, damage.text)
    is_letter = np.diff(alignment.letters_a) > 0
    kept = right = strange = 0
    for span in gold(shared_data / "chunking" / "questions.csv", corpus):
        places = damage.places[span.start : span.end][is_letter[span.start : span.end]]
        true = set(places[places >= 0].tolist())
        placed = alignment.span_in_b(span)
        found = {at for one in (placed.spans if placed else ()) for at in range(*one)}
        kept += len(true)
        right += len(true & found)
        strange += sum(damage.text[at].isalpha() for at in found - true)
    assert right >= 0.99 * kept
    assert strange <= 0.01 * kept


@pytest.mark.parametrize("how", HARSH, ids=lambda how: how.__name__)
@pytest.mark.parametrize("text_of", [corpus_text, chinese_text])
def test_harsh_damage_puts_next_to_nothing_in_another_place(request, text_of, how) -> None:
    text = text_of(request)
    damage = harshly_damaged(text, how, seed=7)
    alignment = align(text, damage.text)
    is_letter = np.diff(alignment.letters_a) > 0
    pairs = alignment.pairs[is_letter[alignment.pairs[:, 0]]]
    # Of two equal letters side by side, it may be the other one that is missing.
    elsewhere = np.abs(damage.places[pairs[:, 0]] - pairs[:, 1]) > 4
    placed = np.zeros(len(text), np.bool_)
    placed[pairs[:, 0]] = True
    there = is_letter & (damage.places >= 0)
    assert elsewhere.mean() < 0.003
    assert placed[there].mean() > 0.95


def gold(path: Path, corpus: str) -> list[Span]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["corpus_id"] == corpus]
    return [Span(one["start_index"], one["end_index"]) for row in rows for one in json.loads(row["references"])]
