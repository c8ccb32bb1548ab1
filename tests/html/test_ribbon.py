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
    assert axis.place("a.pdf", Span(10, 20)) == pytest.approx((10, 10))
    assert axis.place("b.txt", Span(0, 61)) == pytest.approx((39, 61))


def test_several_texts_of_one_source_share_its_pages() -> None:
    """A page is equally wide for each of them, whatever its parser makes of it, and even if it reads nothing."""
    one, other = paged(["a" * 10, "", "c" * 99, "d"], "a", "scan"), paged(["A" * 40, "B", "C", "D"], "b", "scan")
    axis = Axis([one, other])
    assert axis.place("a", Span(0, 10)) == pytest.approx((0, 25))
    assert axis.place("b", Span(0, 40)) == pytest.approx((0, 25))
    assert axis.place("b", Span(10, 20)) == pytest.approx((6.25, 6.25))
    assert axis.place("b", Span(41, 42)) == pytest.approx((25, 25))
    assert axis.place("a", Span(12, 111)) == pytest.approx((50, 25))
    assert axis.place("a", Span(5, 113)) == pytest.approx((12.5, 87.5))
    assert [(tick.left, tick.label) for tick in axis.ticks()] == [(0, "page 1"), (25, "2"), (50, "3"), (75, "4")]


@given(st.lists(st.text("ab", max_size=9), min_size=1, max_size=6), st.lists(st.text("ab", max_size=9), min_size=1))
def test_places_keep_the_order_of_the_text(first: list[str], second: list[str]) -> None:
    texts = [paged(first, "a", "scan"), paged(second, "b", "scan")]
    axis = Axis([*texts, document_of("other", "c")])
    for text in texts:
        edges = [axis.place(text.id, Span(at, at + 1)) for at in range(len(text.text))]
        assert all(0 <= left <= left + width <= 100.001 for left, width in edges)
        assert edges == sorted(edges)


def test_with_several_documents_the_ticks_are_their_names_once() -> None:
    texts = [paged(["a"], "one", "scan"), paged(["A"], "two", "scan"), document_of("other", "c.txt")]
    assert [tick.label for tick in Axis(texts).ticks()] == ["one", "c.txt"]


def test_names_of_documents_do_not_overlap() -> None:
    ticks = Axis([document_of("x" * size, f"{size}.txt") for size in (1000, 10, 20)]).ticks()
    assert all(a.left + (a.width or 0) <= b.left + 0.001 for a, b in pairwise(ticks))
