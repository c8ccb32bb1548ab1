"""Spans against plain sets of integers."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag_core.geometry import Span
from rag_core.text.spans import difference, intersection, length, union

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda ends: Span(*sorted(ends))), max_size=8)
DISJOINT = SPANS.map(union)


def characters(spans) -> set[int]:
    return {character for span in spans for character in range(span.start, span.end)}


def is_tidy(spans) -> bool:
    """In order, disjoint, none empty."""
    return all(s.start < s.end for s in spans) and all(a.end <= b.start for a, b in pairwise(spans))


@given(SPANS)
def test_union(spans) -> None:
    joined = union(spans)
    assert characters(joined) == characters(spans)
    assert all(a.end < b.start for a, b in pairwise(joined))
    assert is_tidy(joined)


@given(DISJOINT, DISJOINT)
def test_intersection(a, b) -> None:
    common = intersection(a, b)
    assert characters(common) == characters(a) & characters(b)
    assert is_tidy(common)
    assert characters(intersection(b, a)) == characters(common)


@given(DISJOINT, DISJOINT)
def test_difference(a, b) -> None:
    left = difference(a, b)
    assert characters(left) == characters(a) - characters(b)
    assert is_tidy(left)


@given(DISJOINT)
def test_length(spans) -> None:
    assert length(spans) == len(characters(spans))
