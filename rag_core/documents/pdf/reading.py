"""Reads what is on the pages of a PDF with pypdfium2: its text layer, without what nobody sees, and its annotations."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.blocks import in_order
from rag_core.documents.document import LeftOut
from rag_core.documents.limits import MAX_CHARACTERS, MAX_PAGES, Limits, over
from rag_core.documents.page_progress import pages_done
from rag_core.documents.parsed import Parsed
from rag_core.documents.pdf.characters import PageText, empty_page, page_text
from rag_core.documents.pdf.elsewhere import Elsewhere
from rag_core.documents.pdf.field_text import Typesetter
from rag_core.documents.pdf.findings import OCR, Findings, many_unmapped
from rag_core.documents.pdf.kept_unseen import unseen_blocks
from rag_core.documents.pdf.letters import confirmed
from rag_core.documents.pdf.loading import LoadedPage, load_content
from rag_core.documents.pdf.page_tree import open_whole
from rag_core.documents.pdf.structure import Structure
from rag_core.documents.reflow.assemble import reflow
from rag_core.documents.reflow.lines import Floats, PageChars
from rag_core.errors import NoTextLayer, UserError

log = logging.getLogger(__name__)

_END_WINDOW = 4096  # bytes at the end of the file, which contain the end marker of a complete one
_MORE_PAGES = (
    "The file has {:,} pages but counts {:,} of them, which is what other programs show: all of them were read."
)
_CUT_OFF = "The end of the file is missing: the rest of it was read. Get it again if something is missing."


def _do_not_look(page: pdfium.PdfPage, number: int) -> None:
    pass


def read(data: bytes, password: str | None, limits: Limits, *, keep_unseen: bool = False) -> Parsed:
    """Read every page. Raises UserError for damaged files, too much of anything, and pages that are all images.

    `keep_unseen` leaves what cannot be seen on a page in the text, as blocks of that kind.
    """
    content = read_pages(data, password, limits, keep_unseen=keep_unseen)
    return content.with_findings(reflow(content.pages))


class Content(NamedTuple):
    """The characters of all pages, what was left out of them, and what is to be said about them.

    `unseen` has the boxes of characters that cannot be seen, by the number of their page, where these are kept.
    """

    pages: list[PageChars]
    left_out: list[LeftOut]
    notices: list[str]
    unseen: dict[int, Floats]
    ocr_pages: tuple[int, ...]  # see Parsed

    def with_findings(self, parsed: Parsed) -> Parsed:
        """The text made of the pages, with what was left out of them and what is to be said."""
        left_out = sorted([*parsed.left_out, *self.left_out], key=lambda left: left.page)
        notices = (*self.notices, *parsed.notices)
        blocks = tuple(in_order([*parsed.blocks, *unseen_blocks(parsed, self.unseen)]))
        return replace(parsed, left_out=tuple(left_out), notices=notices, blocks=blocks, ocr_pages=self.ocr_pages)


def read_pages(
    data: bytes,
    password: str | None,
    limits: Limits,
    look: Callable[[pdfium.PdfPage, int], None] = _do_not_look,
    *,
    by_ocr: Collection[int] | None = None,
    keep_unseen: bool = False,
) -> Content:
    """The characters of every page; errors as in `read`. `look` is called with each page and its number.

    Pages `by_ocr` are read by OCR: they have a size here, and nothing else. Unless it is None, a document without text
    is no error. `keep_unseen` is as in `read`.
    """
    with open_whole(data, password) as (pdf, uncounted):
        if len(pdf) > limits.pages:
            raise UserError(over("pages", len(pdf), limits.pages, MAX_PAGES))
        reading = _Reading(pdf, look, by_ocr or (), keep_unseen)
        for index in range(len(pdf)):
            reading.read(index, limits)
            pages_done("read", index + 1, len(pdf))
        elsewhere = reading.elsewhere()
    if by_ocr is None:
        reading.check(elsewhere)
    cut_off = [] if b"%%EOF" in data[-_END_WINDOW:] else [_CUT_OFF]
    more = [_MORE_PAGES.format(len(reading.pages), len(reading.pages) - uncounted)] if uncounted else []
    notices = [*more, *elsewhere, *reading.findings.notices(), *cut_off]
    return Content(reading.pages, reading.left_out, notices, reading.unseen, reading.findings.ocr_pages())


class _Reading:
    """The pages that were read, what was left out of them, and what is to be said about them."""

    def __init__(
        self,
        pdf: pdfium.PdfDocument,
        look: Callable[[pdfium.PdfPage, int], None],
        by_ocr: Collection[int],
        keep_unseen: bool,
    ) -> None:
        self._look, self._by_ocr, self._keep_unseen = look, by_ocr, keep_unseen
        self.unseen: dict[int, Floats] = {}
        self.pages: list[PageChars] = []
        self.left_out: list[LeftOut] = []
        self.findings = Findings(keeps_unseen=keep_unseen)
        self._pdf = pdf
        self._structure = Structure(pdf)
        self._elsewhere = Elsewhere(pdf, self._structure)
        self._typesetter = Typesetter(pdf)
        self._characters = self._fields = 0
        self._files: list[str] = []

    def read(self, index: int, limits: Limits) -> None:
        """Read one page; a damaged one becomes an empty page and a notice. Raises UserError for too much text."""
        number = index + 1
        try:
            loaded = load_content(self._pdf, index, self._structure)
            try:
                self._look(loaded.page, number)
                self._read_page(loaded, number)
            finally:
                loaded.page.close()
        except (MemoryError, UserError):
            raise
        except Exception:  # whatever a page provokes is that page's fault: the others can be read
            log.exception("page %d could not be read", number)
            self.findings.damaged.append(number)
            self.pages.append(empty_page(number))
            return
        if self._characters > limits.characters:
            raise UserError(over("characters or more", self._characters, limits.characters, MAX_CHARACTERS))

    def _read_page(self, loaded: LoadedPage, number: int) -> None:
        if number in self._by_ocr:
            self.pages.append(empty_page(number, *loaded.page.get_size()))
            return
        found = page_text(loaded, number, self._typesetter, keep_unseen=self._keep_unseen)
        drawn = has_drawing(loaded.page)
        if not (found.chars.text.strip() or found.left_out):
            (self.findings.images if drawn else self.findings.blank).append(number)
        elif not found.chars.text.strip() and drawn:
            self.findings.unseen_only.append(number)
        self.pages.append(found.chars)
        self._note(found, number)
        self.findings.annotations += [number] if loaded.failed else []
        self.findings.resized += [number] if loaded.resized else []
        self._fields += loaded.fields
        self._files += loaded.files
        self._characters += len(found.chars.text)

    def _note(self, found: PageText, number: int) -> None:
        """List what was left out of a page, and note what has to be said about it."""
        findings = self.findings
        self.left_out += () if self._keep_unseen else found.left_out
        self.unseen |= {number: found.unseen} if len(found.unseen) else {}
        spelled = {left.reason == "outside" for left in found.left_out if any(map(str.isalnum, left.text))}
        findings.outside += [number] if True in spelled else []
        findings.unseen += [number] if False in spelled else []
        findings.scans += [number] if found.has_scan_text else []
        findings.unchecked += [] if found.checked else [number]
        if many_unmapped(len(found.unmapped), found.letters):
            findings.add_unmapped(number, self._unmapped(found, number), found.letters)

    def _unmapped(self, found: PageText, number: int) -> int:
        try:
            return confirmed(found.unmapped, self._structure, number - 1)
        except Exception:  # whatever a damaged file provokes costs this check at most
            log.exception("the fonts of page %s cannot be read", number)
            return len(found.unmapped)

    def elsewhere(self) -> list[str]:
        """Sentences about content that is not on the pages."""
        text = " ".join(page.text for page in self.pages[:2])
        return self._elsewhere.notices(self._fields, text, self._files)

    def check(self, elsewhere: list[str]) -> None:
        """Raise UserError when no page has text; `elsewhere` says where the content is instead."""
        if any(page.text.strip() for page in self.pages):
            return
        count, kind = len(self.pages), UserError
        pages = f"its {count:,} pages have" if count > 1 else "its page has"
        if self.findings.images:
            images = f"none of its {count:,} pages has a text layer: they are images"
            which = images if count > 1 else "its page has no text layer: it is an image"
            problem, kind = f"cannot be searched: {which}. {OCR}", NoTextLayer
        elif self.findings.unseen:
            problem, kind = f"cannot be searched: {pages} no text that can be seen. {OCR}", NoTextLayer
        elif self.findings.outside:
            problem = "cannot be searched: all of its text lies outside the visible part of its pages."
        elif self.findings.damaged:
            which = f"none of its {count:,} pages can" if count > 1 else "its page cannot"
            problem = f"is damaged: {which} be read. Get it again, or repair it."
        else:
            problem = f"is empty: {pages} neither text nor images."
        raise kind(" ".join([problem, *elsewhere]))


def has_drawing(page: pdfium.PdfPage) -> bool:
    """Whether anything is drawn on the page: scans are images, and some programs draw letters as paths."""
    return bool(raw.FPDFPage_CountObjects(page) > 0)
