"""Marks and ticks stay on the ribbon, and lie where the hits are."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.geometry import Span
from rag_core.html.ribbon import ribbon_html
from rag_core.html.ribbon_axis import Axis
from tests.html.comparisons import document_of, hit_of, paged, view_of
from tests.html.reader import Reader


@given(st.integers(1, 4), st.lists(st.tuples(st.integers(0, 299), st.integers(1, 300)), min_size=1, max_size=8))
def test_marks_and_ticks_stay_on_the_ribbon(documents: int, places: list[tuple[int, int]]) -> None:
    opened = [document_of("x" * 300, f"{n}.pdf", pages=30) for n in range(documents)]
    hits = [
        hit_of(opened[n % documents], start, min(300, start + size), rank=n + 1)
        for n, (start, size) in enumerate(places)
    ]
    view = view_of(opened, hits, [])
    html = ribbon_html(view.comparison.columns, opened, view.names)
    lefts = [float(left) for left in re.findall(r"left:([\d.]+)%", html)]
    marks = [(float(a), float(b)) for a, b in re.findall(r"left:([\d.]+)%;width:max\(([\d.]+)%", html)]
    assert all(0 <= left <= 100 for left in lefts)
    assert len(marks) == len(hits)
    assert all(left + width <= 100.01 for left, width in marks)
    assert all(f'href="#hit-0-{hit.rank}"' in html for hit in hits)
    assert len(Reader(html).attributes) > len(hits)


def test_the_last_ticks_number_stays_on_a_phones_screen() -> None:
    short_last_page = document_of("x" * 726, pages=25)
    html = ribbon_html([None], [short_last_page], ["a"])
    assert ">page 1<" in html
    assert ">22<" in html
    assert ">25<" not in html


def test_one_text_is_placed_by_its_characters() -> None:
    axis = Axis([paged(["a" * 29, "b" * 9], "a.pdf", "source"), document_of("c" * 61, "b.txt")])
    assert axis.places("a.pdf", Span(10, 20)) == [pytest.approx((10, 10))]
    assert axis.places("b.txt", Span(0, 61)) == [pytest.approx((39, 61))]


FIRST, SECOND = "The left column tells of bees that dance in the dark.", "The right one tells of nets mended in winter."


def test_another_parsers_text_lies_on_the_first_ones() -> None:
    one, other = paged([FIRST, SECOND], "a", "file"), paged([SECOND.upper(), f"## {FIRST}"], "b", "file")
    axis = Axis([one, other])
    at = other.text.index(FIRST)
    assert axis.places("b", Span(at, at + len(FIRST))) == axis.places("a", Span(0, len(FIRST)))
    whole = [
        pytest.approx((0, 100 * len(FIRST) / len(one.text))),
        *axis.places("a", Span(len(FIRST) + 1, len(one.text))),
    ]
    assert axis.places("b", Span(0, len(other.text))) == whole
    assert [tick.label for tick in axis.ticks()] == ["page 1", "2"]


def test_what_the_first_text_lacks_is_where_its_page_is() -> None:
    one, other = paged([FIRST, "", SECOND], "a", "file"), paged([FIRST, "12 34 56 78 90", SECOND], "b", "file")
    [(left, width)] = Axis([one, other]).places("b", Span(len(FIRST) + 2, len(FIRST) + 10))
    assert left == pytest.approx(100 * one.pages[1].start / len(one.text))
    assert width == 0


@given(st.lists(st.text("ab", max_size=9), min_size=1, max_size=6), st.lists(st.text("ab", max_size=9), min_size=1))
def test_places_are_on_the_ribbon(first: list[str], second: list[str]) -> None:
    texts = [paged(first, "a", "scan"), paged(second, "b", "scan")]
    axis = Axis([*texts, document_of("other", "c")])
    for text in texts:
        places = [place for at in range(len(text.text)) for place in axis.places(text.id, Span(at, at + 1))]
        assert all(0 <= left <= left + width <= 100.001 for left, width in places)
    edges = [axis.places("a", Span(at, at + 1)) for at in range(len(texts[0].text))]
    assert edges == sorted(edges)


def test_with_several_documents_the_ticks_are_their_names_once() -> None:
    texts = [paged(["a"], "one", "scan"), paged(["A"], "two", "scan"), document_of("other", "c.txt")]
    assert [tick.label for tick in Axis(texts).ticks()] == ["one", "c.txt"]


def test_names_of_documents_do_not_overlap() -> None:
    ticks = Axis([document_of("x" * size, f"{size}.txt") for size in (1000, 10, 20)]).ticks()
    assert all(a.left + (a.width or 0) <= b.left + 0.001 for a, b in pairwise(ticks))
