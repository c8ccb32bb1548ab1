"""The text of a whole document, with a box for every character and a range for every page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import LeftOut, Page
from rag_core.documents.page_processes import each_page
from rag_core.documents.page_progress import pages_done
from rag_core.documents.parsed import Parsed
from rag_core.documents.reflow.blocks import blocks_of
from rag_core.documents.reflow.continuations import join_paragraphs
from rag_core.documents.reflow.headings import headings_of
from rag_core.documents.reflow.hyphens import HYPHEN_MARK, SOFT_HYPHEN, count_words, is_broken, keeps_hyphen
from rag_core.documents.reflow.lines import Floats, Line, PageChars
from rag_core.documents.reflow.margins import Margins, find_margins, reason_of
from rag_core.documents.reflow.page_lines import PageLines, page_lines
from rag_core.documents.reflow.paragraphs import Paragraph, paragraphs_of
from rag_core.documents.reflow.scripts import space_between, spaces_foreign_words
from rag_core.geometry import Span

_VISIBLE = str.maketrans({HYPHEN_MARK: "-", SOFT_HYPHEN: "-"})


Arrange = Callable[[PageChars, list[Line]], list[Line]]


def _as_they_are(page: PageChars, lines: list[Line]) -> list[Line]:
    return lines


def reflow(pages: Sequence[PageChars], arrange: Arrange = _as_they_are) -> Parsed:
    """The text of all pages as paragraphs in reading order, with broken words joined.

    Running headers, running footers and page numbers are left out, and listed, as are characters that stand nowhere.
    `arrange` gives the other lines of a page in the order in which they are read.
    """
    found = _lines_of_pages(pages)
    lines = {page.number: read.lines for page, read in zip(pages, found, strict=True)}
    margins = find_margins(pages, lines)
    if not any(line not in margins.left_out for found_lines in lines.values() for line in found_lines):
        margins = Margins(set(), set())  # pages that are all alike have no body
    paragraphs: list[Paragraph] = []
    for done, page in enumerate(pages, 1):
        body = [line for line in lines[page.number] if line not in margins.left_out]
        paragraphs += paragraphs_of(arrange(page, body))
        pages_done("join", done, len(pages))
    headings = headings_of(paragraphs, {page.number: page.styles for page in pages})
    builder = _TextBuilder([line.text for paragraph in paragraphs for line in paragraph.lines])
    chains = join_paragraphs(paragraphs, margins.repeated)
    for chain in chains:
        builder.add_chain(chain)
    parsed = builder.parsed(pages, _left_out(pages, found, margins), _notices(pages, found))
    return replace(parsed, blocks=blocks_of(headings, chains, builder.spans))


def _lines_of_pages(pages: Sequence[PageChars]) -> list[PageLines]:
    found: list[PageLines] = []
    with closing(each_page(len(pages), lambda index: page_lines(pages[index]), lambda read: not read.failed)) as read:
        for lines in read:
            found.append(lines)
            pages_done("lines", len(found), len(pages))
    return found


def _left_out(pages: Sequence[PageChars], found: Sequence[PageLines], margins: Margins) -> tuple[LeftOut, ...]:
    left_out: list[LeftOut] = []
    for page, read in zip(pages, found, strict=True):
        lines = [line for line in read.lines if line in margins.left_out]
        left_out += [LeftOut(page.number, line.text, reason_of(line, page), line.extent()) for line in lines]
        left_out += [LeftOut(page.number, read.unplaced, "unplaced")] if read.unplaced else []
    return tuple(left_out)


def _notices(pages: Sequence[PageChars], found: Sequence[PageLines]) -> tuple[str, ...]:
    failed = [str(page.number) for page, read in zip(pages, found, strict=True) if read.failed]
    if not failed:
        return ()
    which = f"page {failed[0]}" if len(failed) == 1 else f"the pages {', '.join(failed)}"
    return (f"The layout of {which} could not be read: the lines there are in the order of the file.",)


class _TextBuilder:
    """Appends lines and their separators, and records the range of each page; `spans` are those of the paragraphs."""

    def __init__(self, lines: Sequence[str]) -> None:
        """`lines` are those of the whole document, whose spelling decides how broken ones are joined."""
        self._words: Counter[str] = count_words(lines)
        self._spaced = spaces_foreign_words(lines)
        self._texts: list[str] = []
        self._boxes: list[Floats] = []
        self._length = 0
        self._ranges: dict[int, tuple[int, int]] = {}
        self.spans: dict[Paragraph, Span] = {}

    def add_chain(self, chain: Sequence[Paragraph]) -> None:
        """Append one paragraph, given as its parts in different columns or on different pages."""
        if self._length:
            self._append("\n\n" if chain[0].gap else "\n", None)
        lines = [(part, line) for part in chain for line in part.lines]
        following_lines = [line for _, line in lines[1:]]
        for (part, line), following in zip(lines, [*following_lines, None], strict=True):
            start, end = self._add_line(line, following)
            self.spans[part] = Span(self.spans.get(part, (start, end))[0], end)

    def _add_line(self, line: Line, following: Line | None) -> tuple[int, int]:
        """Append a line and what separates it from the following one; its range without the separator."""
        text, boxes, space = line.text, line.boxes, ""
        if following is None:
            pass
        elif is_broken(text, following.text):
            if not keeps_hyphen(text, following.text, self._words):
                text, boxes = text[:-1], boxes[:-1]
        else:
            space = space_between(text[-1], following.text[0], spaced=self._spaced)
        start = self._length
        self._append(text.translate(_VISIBLE), boxes)
        end = self._length
        self._ranges[line.page] = (self._ranges.get(line.page, (start, 0))[0], end)
        self._append(space, None)
        return start, end

    def _append(self, text: str, boxes: Floats | None) -> None:
        if text:
            self._texts.append(text)
            self._boxes.append(_blank(len(text)) if boxes is None else boxes)
            self._length += len(text)

    def parsed(self, pages: Sequence[PageChars], left_out: tuple[LeftOut, ...], notices: tuple[str, ...]) -> Parsed:
        """The whole text; a page without text has an empty range at the place where its text would be."""
        spans: list[Page] = []
        for page in pages:
            previous = spans[-1].end if spans else 0
            start, end = self._ranges.get(page.number, (previous, previous))
            spans.append(Page(page.number, start, end, page.width, page.height))
        boxes: NDArray[np.float32] = np.concatenate([_blank(0), *self._boxes])
        return Parsed("".join(self._texts), tuple(spans), boxes, left_out, notices)


def _blank(count: int) -> Floats:
    return np.full((count, 4), np.nan, dtype=np.float32)
