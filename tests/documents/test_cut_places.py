"""Which cuts are inside sentences, tables, list items and words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.documents.cut_places import CUT_COUNTS, cut_counts, cuts
from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.text.whole_words import is_inside_word

MARKDOWN = """\
# Otters

Otters swim well. They eat fish.

- one item of a list
- another item

| animal | legs |
|---|---|
| otter | 4 |
| ant | 6 |
"""


def counts(document: Document, *edges: int) -> dict[str, int]:
    ends = [0, *edges, len(document.text)]
    chunks = [Span(start, end) for start, end in pairwise(ends)]
    return {name: len(found) for name, found in cut_counts(document, chunks).items()}


def after(text: str, part: str) -> int:
    return text.index(part) + len(part)


@pytest.mark.parametrize(
    ("part", "inside"),
    [
        ("# Otters\n", set()),
        ("Otters swim well.", set()),
        ("Otters swim well. ", set()),
        ("Otters swim", {"sentences"}),
        ("Otters sw", {"sentences", "words"}),
        ("- one item", {"sentences", "list items"}),
        ("of a list\n", set()),
        ("| otter | 4 |\n", {"tables"}),
        ("| ott", {"tables", "words", "sentences"}),
        ("another item\n\n", set()),
    ],
)
def test_a_cut_counts_where_it_is_inside(part: str, inside: set[str]) -> None:
    document = Document.from_text(MARKDOWN, "otters.md")
    found = counts(document, after(MARKDOWN, part))
    assert {name for name, number in found.items() if number} == inside
    assert set(found.values()) <= {0, 1}


def test_an_overlap_has_two_places_and_a_gap_of_white_space_one() -> None:
    document = Document.from_text("One two three. Four five six.")
    assert cuts(document, [Span(0, 14), Span(15, 29)]) == [Span(14, 15)]
    assert cuts(document, [Span(0, 15), Span(15, 29)]) == [Span(14, 15)]
    assert cuts(document, [Span(0, 19), Span(8, 29)]) == [Span(7, 8), Span(19, 20)]
    assert len(cut_counts(document, [Span(0, 19), Span(8, 29)])["sentences"]) == 2


@given(st.text("ab. \n7é漢-'", max_size=60), st.data())
def test_each_place_is_between_ink_and_ink(text: str, data: st.DataObject) -> None:
    document = Document.from_text(text)
    edges = data.draw(st.lists(st.integers(0, len(text)), max_size=8).map(sorted))
    chunks = [Span(a, b) for a, b in pairwise(edges) if b > a]
    places = cuts(document, chunks)
    assert places == sorted(set(places))
    for place in places:
        assert not text[place.start : place.end].strip()
        assert not text[place.start - 1].isspace()
        assert not text[place.end].isspace()
        assert any(place.start <= edge <= place.end for chunk in chunks for edge in chunk)
    for chunk in chunks:
        for edge in chunk:
            is_between = bool(text[:edge].strip()) and bool(text[edge:].strip())
            assert any(place.start <= edge <= place.end for place in places) == is_between
    assert set(cut_counts(document, chunks)) == {count.name for count in CUT_COUNTS}


@pytest.mark.parametrize(
    ("before", "after", "inside"),
    [
        ("ott", "ers", True), ("otters", " swim", False), ("3,", "526", True), ("14", ".83", True),
        ("end.", "Next", False),
        ("don", "'t", True), ("don\u2019", "t", True), ("well-", "known", False), ("5", "%", False),
        ("漢", "字", False),
        ("e", "\u0301t", True), ("การ", "อ่าน", False), ("(", "see", False), ("", "x", False), ("x", "", False),
    ],
)  # fmt: skip
def test_a_place_inside_a_word(before: str, after: str, inside: bool) -> None:
    assert is_inside_word(before + after, len(before)) is inside
