"""Found by all, found by one column only, and how much the columns share, as HTML."""

from __future__ import annotations

from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.html.comparison_view import ComparisonView, Where
from rag_core.html.pieces import empty_html
from rag_core.html.templating import render
from rag_core.pipeline.overlap import Found
from rag_core.text.numbers import page_range, percent
from rag_core.text.spans import length

_MAX_QUOTED_CHARACTERS = 900


class _Stretch(NamedTuple):
    """A stretch of text and where it stands; of a long one, `rest` characters are left out."""

    place: Where
    text: str
    rest: int


class _Cell(NamedTuple):
    """A share from 0 to 1, or None where there is none, as `title` says."""

    share: float | None
    text: str
    title: str


def by_all_html(view: ComparisonView) -> str:
    """What every column found."""
    return _found_html(view, view.overlap.by_all, "No stretch of text was found by all columns.")


def only_html(view: ComparisonView, column: int) -> str:
    """What this column found and no other one."""
    return _found_html(view, view.overlap.only[column], "Everything this column found, another column found too.")


def _found_html(view: ComparisonView, found: Found, nothing: str) -> str:
    """The stretches of text, in document order, each with its page; `nothing` where there are none."""
    stretches = [
        _stretch(view, document, span)
        for document in view.documents
        for span in found.get(document.id, [])
        if any(map(str.isalnum, document.text[span.start : span.end]))
    ]
    if not stretches:
        return empty_html(nothing)
    return render("found", stretches=stretches, characters=sum(map(length, found.values())))


def _stretch(view: ComparisonView, document: Document, span: Span) -> _Stretch:
    text = document.text[span.start : span.end].strip()
    quoted = text if len(text) <= _MAX_QUOTED_CHARACTERS else text[:_MAX_QUOTED_CHARACTERS].rsplit(" ", 1)[0]
    pages = document.pages_of(*span)
    has_pages = pages and pages[0].width is not None
    where = f"p {page_range([page.number for page in pages])}" if has_pages else ""
    place = Where(document.label if view.has_several_sources else "", where)
    return _Stretch(place, quoted, len(text) - len(quoted))


def shared_table_html(view: ComparisonView) -> str:
    """Row by column: how much of what the row found the column found too."""
    columns = range(len(view.names))
    rows = [(view.names[i], [_cell(view, i, j) for j in columns]) for i in columns]
    return render("shared_table", names=view.names, rows=rows, alignments=view.alignments)


def _cell(view: ComparisonView, row: int, column: int) -> _Cell:
    share = view.overlap.shared[row][column]
    if share is None:
        return _Cell(None, "none", "The row found nothing")
    title = f"{view.names[column]} found {share:.1%} of what {view.names[row]} found"
    return _Cell(share, percent(share), title)
