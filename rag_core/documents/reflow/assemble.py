"""The text of a whole document, with a box for every character and a range for every page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import LeftOut, Page
from rag_core.documents.parsed import Parsed
from rag_core.documents.reflow.continuations import join_paragraphs
from rag_core.documents.reflow.fragments import merge_fragments
from rag_core.documents.reflow.hyphens import HYPHEN_MARK, SOFT_HYPHEN, count_words, is_broken, keeps_hyphen
from rag_core.documents.reflow.lines import Floats, Line, PageChars, lines_of
from rag_core.documents.reflow.margins import Margins, find_margins
from rag_core.documents.reflow.paragraphs import Paragraph, paragraphs_of

_VISIBLE = str.maketrans({HYPHEN_MARK: "-", SOFT_HYPHEN: "-"})


def reflow(pages: Sequence[PageChars]) -> Parsed:
    """The text of all pages as paragraphs in reading order, with broken words joined.

    Running headers, running footers and page numbers are left out, and listed.
    """
    lines = {page.number: merge_fragments(lines_of(page)) for page in pages}
    margins = find_margins(pages, lines)
    if not any(line not in margins.left_out for found in lines.values() for line in found):
        margins = Margins(set(), set())  # pages that are all alike have no body
    paragraphs: list[Paragraph] = []
    for page in pages:
        paragraphs += paragraphs_of([line for line in lines[page.number] if line not in margins.left_out])
    words = count_words([line.text for paragraph in paragraphs for line in paragraph.lines])
    builder = _TextBuilder(words)
    for chain in join_paragraphs(paragraphs, margins.repeated):
        builder.add_chain(chain)
    left_out = tuple(
        LeftOut(page.number, line.text) for page in pages for line in lines[page.number] if line in margins.left_out
    )
    return builder.parsed(pages, left_out)


class _TextBuilder:
    """Appends lines and their separators, and records the range of each page."""

    def __init__(self, words: Counter[str]) -> None:
        self._words = words
        self._texts: list[str] = []
        self._boxes: list[Floats] = []
        self._length = 0
        self._ranges: dict[int, tuple[int, int]] = {}

    def add_chain(self, chain: Sequence[Paragraph]) -> None:
        """Append one paragraph, given as its parts in different columns or on different pages."""
        if self._length:
            self._append("\n\n" if chain[0].gap else "\n", None)
        lines = [line for part in chain for line in part.lines]
        for line, following in zip(lines, [*lines[1:], None], strict=True):
            self._add_line(line, following)

    def _add_line(self, line: Line, following: Line | None) -> None:
        text, boxes, space = line.text, line.boxes, " "
        if following is None:
            space = ""
        elif is_broken(text, following.text):
            space = ""
            if not keeps_hyphen(text, following.text, self._words):
                text, boxes = text[:-1], boxes[:-1]
        start = self._length
        self._append(text.translate(_VISIBLE), boxes)
        self._ranges[line.page] = (self._ranges.get(line.page, (start, 0))[0], self._length)
        self._append(space, None)

    def _append(self, text: str, boxes: Floats | None) -> None:
        if text:
            self._texts.append(text)
            self._boxes.append(_blank(len(text)) if boxes is None else boxes)
            self._length += len(text)

    def parsed(self, pages: Sequence[PageChars], left_out: tuple[LeftOut, ...]) -> Parsed:
        """The whole text; a page without text has an empty range at the place where its text would be."""
        spans: list[Page] = []
        for page in pages:
            previous = spans[-1].end if spans else 0
            start, end = self._ranges.get(page.number, (previous, previous))
            spans.append(Page(page.number, start, end, page.width, page.height))
        boxes: NDArray[np.float32] = np.concatenate([_blank(0), *self._boxes])
        return Parsed("".join(self._texts), tuple(spans), boxes, left_out)


def _blank(count: int) -> Floats:
    return np.full((count, 4), np.nan, dtype=np.float32)
