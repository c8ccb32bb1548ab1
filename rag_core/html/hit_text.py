"""What a card shows of a hit's text: an excerpt, and the whole; both in runs that are marked alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.marked_text import Marks, Run, excerpt, marked_runs
from rag_core.html.via import marked_entries
from rag_core.stages.results import Hit
from rag_core.text.spans import intersection, length, union


class HitText(NamedTuple):
    """A hit's text in runs: what is read first, and the whole unless that is all."""

    before: str
    first: list[Run]
    after: str
    whole: list[Run] | None


def hit_text(view: ComparisonView, column: int, hit: Hit, document: Document) -> HitText:
    """The text with what matched marked, and what other columns found too underlined."""
    whole, part = Span(hit.start, hit.end), first_part(view, column, hit, document)
    marks = Marks(union(_entries(hit)), _others(view, column, hit))
    return HitText(
        before="… " if part.start > whole.start else "",
        first=[run._replace(text=without_blank_lines(run.text)) for run in marked_runs(document.text, part, marks)],
        after=" …" if part.end < whole.end else "",
        whole=marked_runs(document.text, whole, marks) if part != whole else None,
    )


def first_part(view: ComparisonView, column: int, hit: Hit, document: Document, otherwise: Span | None = None) -> Span:
    """The part of a hit that is read first: around what matched, or what the column's answer quotes, or `otherwise`."""
    entries = _entries(hit)
    focus = entries[0] if entries else view.cited(column, hit) or otherwise
    return excerpt(document.text, Span(hit.start, hit.end), focus)


def _entries(hit: Hit) -> list[Span]:
    """What is marked, best first."""
    return [Span(v.start, v.end) for v in marked_entries(hit) if v.start is not None and v.end is not None]


def without_blank_lines(text: str) -> str:
    """What is read first of a text: of a table whose cells stand on lines of their own, most lines would be blank."""
    return re.sub(r"\n\s*\n", "\n", text)


def _others(view: ComparisonView, column: int, hit: Hit) -> list[tuple[str, Sequence[Span]]]:
    """What other columns found of the hit, unless that is all of it: the line above the text says so already."""
    found = [(name, view.found_in(i, hit.document)) for i, name in enumerate(view.names) if i != column]
    whole = [Span(hit.start, hit.end)]
    return [(name, spans) for name, spans in found if 0 < length(intersection(whole, spans)) < length(whole)]
