"""Reads one page of an open PDF: everything about it that is known without the other pages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.pdf.characters import PageText, empty_page, page_text
from rag_core.documents.pdf.field_text import Typesetter
from rag_core.documents.pdf.findings import many_unmapped
from rag_core.documents.pdf.letters import confirmed
from rag_core.documents.pdf.loading import LoadedPage, load_content
from rag_core.documents.pdf.structure import Structure
from rag_core.errors import UserError

log = logging.getLogger(__name__)

Look = Callable[[pdfium.PdfPage], Any]


class PageReading(NamedTuple):
    """What a page holds, and what is to be said about it.

    `damaged` pages are empty ones. `unmapped` counts letters without Unicode where they matter. `fields` counts form
    fields, and `files` are the names of files attached to the page. `looked` is what the `look` of a PageReader gave.
    """

    text: PageText
    damaged: bool = False
    by_ocr: bool = False
    drawn: bool = False
    unmapped: int = 0
    annotations_failed: bool = False
    resized: bool = False
    fields: int = 0
    files: tuple[str, ...] = ()
    looked: Any = None

    @property
    def is_sound(self) -> bool:
        """Whether nothing failed that more memory might help."""
        return not (self.damaged or self.annotations_failed) and self.text.checked


def do_not_look(page: pdfium.PdfPage) -> None:
    """Nothing more is wanted of a page."""


class PageReader:
    """Reads the pages of a PDF, in any order; `look` is called with each page, turned so that its text is upright.

    Pages `by_ocr` are read by OCR: they have a size here, and nothing else.
    """

    def __init__(
        self, pdf: pdfium.PdfDocument, structure: Structure, look: Look, by_ocr: Collection[int], *, keep_unseen: bool
    ) -> None:
        self._pdf, self._structure, self._typesetter = pdf, structure, Typesetter(pdf)
        self._look, self._by_ocr, self._keep_unseen = look, by_ocr, keep_unseen

    def read(self, index: int) -> PageReading:
        """Read one page (indices from 0). Raises UserError and MemoryError; whatever else it provokes is its damage."""
        number = index + 1
        try:
            loaded = load_content(self._pdf, index, self._structure)
            try:
                reading = self._read(loaded, number)
                return reading._replace(looked=self._look(loaded.page))
            finally:
                loaded.page.close()
        except (MemoryError, UserError):
            raise
        except Exception:  # whatever a page provokes is that page's fault: the others can be read
            log.exception("page %d could not be read", number)
            return PageReading(PageText(empty_page(number)), damaged=True)

    def _read(self, loaded: LoadedPage, number: int) -> PageReading:
        if number in self._by_ocr:
            return PageReading(PageText(empty_page(number, *loaded.page.get_size())), by_ocr=True)
        found = page_text(loaded, number, self._typesetter, keep_unseen=self._keep_unseen)
        return PageReading(
            found,
            drawn=has_drawing(loaded.page),
            unmapped=self._unmapped(found, number) if many_unmapped(len(found.unmapped), found.letters) else 0,
            annotations_failed=loaded.failed,
            resized=loaded.resized,
            fields=loaded.fields,
            files=tuple(loaded.files),
        )

    def _unmapped(self, found: PageText, number: int) -> int:
        try:
            return confirmed(found.unmapped, self._structure, number - 1)
        except Exception:  # whatever a damaged file provokes costs this check at most
            log.exception("the fonts of page %s cannot be read", number)
            return len(found.unmapped)


def has_drawing(page: pdfium.PdfPage) -> bool:
    """Whether anything is drawn on the page: scans are images, and some programs draw letters as paths."""
    return bool(raw.FPDFPage_CountObjects(page) > 0)
