"""Sets of characters as sorted, disjoint, half-open spans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag_core.geometry import Span


def union(spans: Iterable[Span]) -> list[Span]:
    """The characters in any of the spans, as disjoint spans in order; adjacent spans are joined."""
    joined: list[Span] = []
    for span in sorted(span for span in spans if span.end > span.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def intersection(a: Sequence[Span], b: Sequence[Span]) -> list[Span]:
    """The characters in both `a` and `b`; both must be disjoint and in order, as the result is."""
    common = []
    i = j = 0
    while i < len(a) and j < len(b):
        start, end = max(a[i].start, b[j].start), min(a[i].end, b[j].end)
        if start < end:
            common.append(Span(start, end))
        if a[i].end < b[j].end:
            i += 1
        else:
            j += 1
    return common


def difference(a: Sequence[Span], b: Sequence[Span]) -> list[Span]:
    """The characters of `a` that are not in `b`; both must be disjoint and in order, as the result is."""
    left = []
    for span in a:
        start = span.start
        for taken in intersection([span], b):
            if taken.start > start:
                left.append(Span(start, taken.start))
            start = taken.end
        if start < span.end:
            left.append(Span(start, span.end))
    return left


def meeting(spans: Iterable[Span], others: Sequence[Span]) -> list[Span]:
    """The spans that share at least one character with one of `others`."""
    return [span for span in spans if any(span.start < other.end and other.start < span.end for other in others)]


def length(spans: Iterable[Span]) -> int:
    """The total number of characters of the spans; overlaps count once per span."""
    return sum(span.end - span.start for span in spans)
