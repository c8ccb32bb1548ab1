"""Reads what is on the pages of a PDF with pypdfium2: its text layer, without what nobody sees, and its annotations."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from dataclasses import replace
from operator import attrgetter
from typing import Any, NamedTuple

from rag_core.documents.blocks import in_order
from rag_core.documents.document import LeftOut
from rag_core.documents.limits import MAX_CHARACTERS, MAX_PAGES, Limits, over
from rag_core.documents.page_processes import each_page
from rag_core.documents.page_progress import pages_done
from rag_core.documents.parsed import Parsed
from rag_core.documents.pdf.elsewhere import Elsewhere
from rag_core.documents.pdf.findings import OCR, Findings
from rag_core.documents.pdf.kept_unseen import unseen_blocks
from rag_core.documents.pdf.page_reading import Look, PageReader, PageReading, do_not_look
from rag_core.documents.pdf.page_tree import open_whole
from rag_core.documents.pdf.structure import Structure
from rag_core.documents.pdf.turning import turned_back
from rag_core.documents.reflow.assemble import reflow
from rag_core.documents.reflow.lines import Floats, PageChars
from rag_core.errors import NoTextLayer, UserError

_END_WINDOW = 4096  # bytes at the end of the file, which contain the end marker of a complete one
_MORE_PAGES = (
    "The file has {:,} pages but counts {:,} of them, which is what other programs show: all of them were read."
)
_CUT_OFF = "The end of the file is missing: the rest of it was read. Get it again if something is missing."


def read(data: bytes, password: str | None, limits: Limits, *, keep_unseen: bool = False) -> Parsed:
    """Read every page. Raises UserError for damaged files, too much of anything, and pages that are all images.

    `keep_unseen` leaves what cannot be seen on a page in the text, as blocks of that kind.
    """
    content = read_pages(data, password, limits, keep_unseen=keep_unseen)
    return content.with_findings(reflow(content.pages))


class Content(NamedTuple):
    """The characters of all pages, what was left out of them, and what is to be said about them.

    `unseen` has the boxes of characters that cannot be seen, by the number of their page, where these are kept; `looks`
    what the `look` of `read_pages` gave, of the pages that it could look at.
    """

    pages: list[PageChars]
    left_out: list[LeftOut]
    notices: list[str]
    unseen: dict[int, Floats]
    ocr_pages: tuple[int, ...]  # see Parsed
    looks: dict[int, Any]

    def with_findings(self, parsed: Parsed) -> Parsed:
        """The text made of the pages, as they are displayed, with what was left out of them and what is to be said."""
        left_out = sorted([*parsed.left_out, *self.left_out], key=lambda left: left.page)
        notices = (*self.notices, *parsed.notices)
        blocks = tuple(in_order([*parsed.blocks, *unseen_blocks(parsed, self.unseen)]))
        found = replace(parsed, left_out=tuple(left_out), notices=notices, blocks=blocks, ocr_pages=self.ocr_pages)
        return turned_back(found, self.pages)


def read_pages(
    data: bytes,
    password: str | None,
    limits: Limits,
    look: Look = do_not_look,
    *,
    by_ocr: Collection[int] | None = None,
    keep_unseen: bool = False,
) -> Content:
    """The characters of every page; errors as in `read`. `look` is called with each page, for `looks`.

    Pages `by_ocr` are read by OCR: they have a size here, and nothing else. Unless it is None, a document without text
    is no error. `keep_unseen` is as in `read`.
    """
    with open_whole(data, password) as (pdf, uncounted):
        if len(pdf) > limits.pages:
            raise UserError(over("pages", len(pdf), limits.pages, MAX_PAGES))
        structure = Structure(pdf)
        reader = PageReader(pdf, structure, look, by_ocr or (), keep_unseen=keep_unseen)
        reading = _Reading(Elsewhere(pdf, structure), limits, keep_unseen=keep_unseen)
        with closing(each_page(len(pdf), reader.read, attrgetter("is_sound"))) as pages:
            for page in pages:
                reading.add(page)
                pages_done("read", len(reading.pages), len(pdf))
        elsewhere = reading.elsewhere()
    if by_ocr is None:
        reading.check(elsewhere)
    cut_off = [] if b"%%EOF" in data[-_END_WINDOW:] else [_CUT_OFF]
    more = [_MORE_PAGES.format(len(reading.pages), len(reading.pages) - uncounted)] if uncounted else []
    notices = [*more, *elsewhere, *reading.findings.notices(), *cut_off]
    return Content(
        reading.pages, reading.left_out, notices, reading.unseen, reading.findings.ocr_pages(), reading.looks
    )


class _Reading:
    """The pages that were read, what was left out of them, and what is to be said about them."""

    def __init__(self, elsewhere: Elsewhere, limits: Limits, *, keep_unseen: bool) -> None:
        self.pages: list[PageChars] = []
        self.looks: dict[int, Any] = {}
        self.unseen: dict[int, Floats] = {}
        self.left_out: list[LeftOut] = []
        self.findings = Findings(keeps_unseen=keep_unseen)
        self._elsewhere, self._limits, self._keep_unseen = elsewhere, limits, keep_unseen
        self._characters = self._fields = 0
        self._files: list[str] = []

    def add(self, page: PageReading) -> None:
        """Add the next page. Raises UserError for too much text."""
        number, found = len(self.pages) + 1, page.text
        self.pages.append(found.chars)
        if page.damaged:
            self.findings.damaged.append(number)
        else:
            self.looks[number] = page.looked
        if not (page.damaged or page.by_ocr):
            self._note(page, number)
        self._fields += page.fields
        self._files += page.files
        self._characters += len(found.chars.text)
        if self._characters > self._limits.characters:
            raise UserError(over("characters or more", self._characters, self._limits.characters, MAX_CHARACTERS))

    def _note(self, page: PageReading, number: int) -> None:
        """List what was left out of a page, and note what has to be said about it."""
        findings, found = self.findings, page.text
        if not (found.chars.text.strip() or found.left_out):
            (findings.images if page.drawn else findings.blank).append(number)
        elif not found.chars.text.strip() and page.drawn:
            findings.unseen_only.append(number)
        self.left_out += () if self._keep_unseen else found.left_out
        self.unseen |= {number: found.unseen} if len(found.unseen) else {}
        spelled = {left.reason == "outside" for left in found.left_out if any(map(str.isalnum, left.text))}
        findings.outside += [number] if True in spelled else []
        findings.unseen += [number] if False in spelled else []
        findings.scans += [number] if found.has_scan_text else []
        findings.unchecked += [] if found.checked else [number]
        findings.annotations += [number] if page.annotations_failed else []
        findings.resized += [number] if page.resized else []
        findings.add_unmapped(number, page.unmapped, found.letters)

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
