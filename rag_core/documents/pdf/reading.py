"""Reads a PDF's own text layer with pypdfium2."""

from __future__ import annotations

import logging
from dataclasses import replace

import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.document import LeftOut
from rag_core.documents.limits import MAX_CHARACTERS, MAX_PAGES, Limits, over
from rag_core.documents.parsed import Parsed
from rag_core.documents.pdf.characters import empty_page, page_chars
from rag_core.documents.pdf.forms import flatten_form
from rag_core.documents.pdf.opening import open_pdf
from rag_core.documents.pdf.pages import load_page
from rag_core.documents.reflow.assemble import reflow
from rag_core.documents.reflow.lines import PageChars
from rag_core.errors import UserError

log = logging.getLogger(__name__)

_END_WINDOW = 4096  # bytes at the end of the file, which contain the end marker of a complete one
_CUT_OFF = "The end of the file is missing: the rest of it was read. Get it again if something is missing."
_EMPTY = "is empty: its page has neither text nor images."
_ONE_IMAGE = "its page has no text layer: it is an image"
_OCR = "Run OCR over it first, for example `ocrmypdf in.pdf out.pdf`."


def read(data: bytes, password: str | None, limits: Limits) -> Parsed:
    """Read every page. Raises UserError for damaged files, too much of anything, and pages that are all images."""
    with open_pdf(data, password) as pdf:
        if len(pdf) > limits.pages:
            raise UserError(over("pages", len(pdf), limits.pages, MAX_PAGES))
        reading = _Reading()
        for index in range(len(pdf)):
            reading.read(pdf, index, limits)
    reading.check()
    parsed = reflow(reading.pages)
    left_out = sorted([*parsed.left_out, *reading.hidden], key=lambda left: left.page)
    notices = reading.notices() if b"%%EOF" in data[-_END_WINDOW:] else (*reading.notices(), _CUT_OFF)
    return replace(parsed, left_out=tuple(left_out), notices=(*notices, *parsed.notices))


class _Reading:
    """The pages that were read, and the numbers of those that could not be."""

    def __init__(self) -> None:
        self.pages: list[PageChars] = []
        self.hidden: list[LeftOut] = []
        self._characters = 0
        self._images: list[int] = []
        self._damaged: list[int] = []
        self._resized: list[int] = []
        self._blank: list[int] = []

    def read(self, pdf: pdfium.PdfDocument, index: int, limits: Limits) -> None:
        """Read one page; a damaged one becomes an empty page and a notice. Raises UserError for too much text."""
        number = index + 1
        try:
            page, resized = load_page(pdf, index)
            try:
                self._read_page(page, number)
            finally:
                page.close()
        except (MemoryError, UserError):
            raise
        except Exception:  # whatever a page provokes is that page's fault: the others can be read
            log.exception("page %d could not be read", number)
            self._damaged.append(number)
            self.pages.append(empty_page(number))
            return
        self._resized += [number] if resized else []
        if self._characters > limits.characters:
            raise UserError(over("characters or more", self._characters, limits.characters, MAX_CHARACTERS))

    def _read_page(self, page: pdfium.PdfPage, number: int) -> None:
        flatten_form(page)
        chars, hidden = page_chars(page, number)
        drawn = has_drawing(page)
        if not chars.text.strip() and not hidden:
            (self._images if drawn else self._blank).append(number)
        self.pages.append(chars)
        self.hidden += [LeftOut(number, hidden)] if hidden else []
        self._characters += len(chars.text)

    def check(self) -> None:
        """Raise UserError when no page has text."""
        count = len(self.pages)
        if any(page.text.strip() for page in self.pages):
            return
        if self._images:
            which = _ONE_IMAGE if count == 1 else f"none of its {count:,} pages has a text layer: they are images"
            raise UserError(f"cannot be searched: {which}. {_OCR}")
        if self.hidden:
            raise UserError("cannot be searched: all of its text lies outside the visible part of its pages.")
        if self._damaged:
            raise UserError(f"is damaged: none of its {count:,} pages can be read. Get it again, or repair it.")
        raise UserError(f"is empty: its {count:,} pages have neither text nor images." if count > 1 else _EMPTY)

    def notices(self) -> tuple[str, ...]:
        """A sentence for the user about each kind of page without text."""
        notices = []
        if self._images:
            notices.append(f"{_numbers(self._images)} no text layer: images are not searched. {_OCR}")
        if self._damaged:
            notices.append(f"{_numbers(self._damaged)} no readable content: the file is damaged there.")
        if self._blank:
            notices.append(f"{_numbers(self._blank)} neither text nor images: blank, or damaged in the file.")
        if self._resized:
            notices.append(f"{_numbers(self._resized)} no usable size in the file: US Letter or the media box is used.")
        return tuple(notices)


def has_drawing(page: pdfium.PdfPage) -> bool:
    """Whether anything is drawn on the page: scans are images, and some programs draw letters as paths."""
    return bool(raw.FPDFPage_CountObjects(page) > 0)


def _numbers(pages: list[int]) -> str:
    """ "Page 3 has", "Pages 3-5 and 9 have": runs of page numbers in words."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    words = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return f"Page {listed} has" if len(pages) == 1 else f"Pages {listed} have"
