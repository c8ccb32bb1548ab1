"""Reads how many pages a PDF has and how large they are, and none of their text."""

from __future__ import annotations

import pypdfium2 as pdfium

from rag_core.documents.document import Page
from rag_core.documents.limits import MAX_PAGES, Limits, over
from rag_core.documents.parsed import Parsed
from rag_core.documents.pdf.page_tree import open_whole
from rag_core.documents.pdf.pages import load_page
from rag_core.errors import UserError

_LETTER = (612.0, 792.0)  # points, as `empty_page` has it


def read(data: bytes, password: str | None, limits: Limits) -> Parsed:
    """The pages without text."""
    sizes = page_sizes(data, password, limits)
    return Parsed("", tuple(Page(number, 0, 0, *size) for number, size in enumerate(sizes, 1)))


def page_sizes(data: bytes, password: str | None, limits: Limits) -> list[tuple[float, float]]:
    """Width and height of each page in points; US Letter for a damaged one. Raises UserError as `open_pdf`."""
    with open_whole(data, password) as (pdf, _):
        if len(pdf) > limits.pages:
            raise UserError(over("pages", len(pdf), limits.pages, MAX_PAGES))
        return [_size(pdf, index) for index in range(len(pdf))]


def _size(pdf: pdfium.PdfDocument, index: int) -> tuple[float, float]:
    try:
        page, _ = load_page(pdf, index)
    except pdfium.PdfiumError:
        return _LETTER
    try:
        width, height = page.get_size()
        return width, height
    finally:
        page.close()
