"""The pane in which pages are shown: its frame, and what its script is told about a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag_core.documents.document import Document
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.hit_places import Placed
from rag_core.html.page_marks import PageMarks
from rag_core.html.templating import render
from rag_core.html.why_sums import why_legend_html


def pane_html() -> str:
    """The frame, which the script fills."""
    return render("pane")


def pane_data(view: ComparisonView, marks: PageMarks, pictures: Sequence[str], marks_url: str) -> dict[str, Any]:
    """What the script is told; `pictures` are the addresses below which the documents' pictures lie."""
    places = marks.places
    legends = [why_legend_html(view, column, figures=False) for column in range(len(view.names))]
    return {
        "question": view.comparison.question,
        "marks": marks_url,
        "documents": [_document(*one) for one in zip(places.documents, pictures, strict=True)],
        "hits": [_place(placed) for placed, _ in places.hits],
        "citations": [_place(placed) for placed, _, _ in places.citations],
        "names": view.names,
        "columns": render("pane_columns", names=view.names),
        "legends": legends if view.explanations is not None else [],
        "none": _without_pages(places.without_pages),
    }


def _document(document: Document, pictures: str) -> dict[str, Any]:
    return {
        "id": document.source_id[:16],
        "label": document.label,
        "pictures": pictures,
        "numbers": [page.number for page in document.pages],
        "sizes": [[round(page.width or 0, 2), round(page.height or 0, 2)] for page in document.pages],
    }


def _place(placed: Placed) -> dict[str, Any]:
    return placed._asdict()


def _without_pages(labels: Sequence[str]) -> str:
    if not labels:
        return ""
    return f"{', '.join(labels)}: plain text, which has no pages to show."
