"""A hit's text, cut into runs: what matched is marked, what other columns found too is underlined."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rag_core.geometry import Span
from rag_core.text.spans import intersection

_EXCERPT_CHARACTERS = 420
_LEAD_CHARACTERS = 80


class Marks(NamedTuple):
    """Disjoint spans in order: the entries that matched, and what each other column, by its name, found."""

    matched: Sequence[Span]
    others: Sequence[tuple[str, Sequence[Span]]]


class Run(NamedTuple):
    """Text that is marked alike from end to end; `also` are the names of the other columns that found it."""

    text: str
    matched: bool
    also: str


def marked_runs(text: str, span: Span, marks: Marks) -> list[Run]:
    """`text[span]` in order, cut wherever a mark begins or ends."""
    cuts = {span.start, span.end}
    for spans in [marks.matched, *(found for _, found in marks.others)]:
        cuts |= {edge for part in intersection([span], spans) for edge in part}
    return [_run(text, Span(start, end), marks) for start, end in pairwise(sorted(cuts))]


def excerpt(text: str, span: Span, focus: Span | None) -> Span:
    """A stretch of the span worth reading first: around the focus if there is one, else its beginning."""
    start = span.start
    if focus is not None and focus.start - span.start > _LEAD_CHARACTERS:
        start = _word_start(text, focus.start - _LEAD_CHARACTERS, span.start)
    end = min(start + _EXCERPT_CHARACTERS, span.end)
    return Span(start, end if end == span.end else _word_start(text, end, start))


def _run(text: str, span: Span, marks: Marks) -> Run:
    also = [name for name, found in marks.others if intersection([span], found)]
    return Run(text[span.start : span.end], bool(intersection([span], marks.matched)), ", ".join(also))


def _word_start(text: str, position: int, lowest: int) -> int:
    """The nearest word start at or before the position, unless that is far away, as in text without spaces."""
    for start in range(position, max(position - 40, lowest), -1):
        if text[start - 1].isspace():
            return start
    return position
