"""What every parser makes: one text, whose every character knows its page and box."""

from __future__ import annotations

import copy
import hashlib
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.blocks import Block
from rag_core.documents.formats import Format
from rag_core.geometry import Box
from rag_core.text.labels import label_of, shortened


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number from 1, its range in the document's text, its size in points (None: plain text)."""

    number: int
    start: int
    end: int
    width: float | None
    height: float | None


# Why words are left out. The first three interrupt sentences; "unplaced" stands nowhere on its page, and a "remark" is
# what a model said to its user beside the page that it wrote down. The others cannot be seen there: beyond its visible
# area, in a layer that is off, behind something, in the colour of what lies behind them, too small to be told, painted
# without ink, cut away by a clipping path, or unseen for an unknown reason.
LeftOutReason = Literal[
    "header", "footer", "page_number", "unplaced", "remark",
    "outside", "layer", "covered", "colour", "tiny", "no_ink", "clipped", "unseen",
]  # fmt: skip
IN_MARGINS: tuple[LeftOutReason, ...] = ("header", "footer", "page_number")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Words of one page of the file that the parser left out of the text, and why.

    `boxes` are those of their lines, in points from the page's top left corner; none where the words stand nowhere.
    """

    page: int
    text: str
    reason: LeftOutReason
    boxes: tuple[Box, ...] = ()

    @property
    def is_unseen(self) -> bool:
        """Whether the words cannot be seen on the page, as opposed to those in its margins."""
        return self.reason not in (*IN_MARGINS, "unplaced", "remark")


@dataclass(frozen=True, eq=False)
class Document:
    """One text and where it came from; everything else in the project is a span of `text`.

    `id` is of the source, the parser and the parser's fields, see `document_id`; `parser` is the parser's kind and
    `parser_fields` the canonical JSON of its fields that differ from their defaults, empty where none does.
    `char_boxes` is float32 of shape (len(text), 4): left, top, right, bottom in points from the page's top left
    corner; rows of NaN for white space, which covers nothing. None for plain text.
    `tokenizer` names the tokenizer (rag_core.text.tokenizers) in which chunk sizes are measured.
    `pages` are ascending, do not overlap, and the text between them is white space only.
    `notices` are sentences for the user about what could not be read, such as pages that are images.
    `blocks` are in the order of their starts; empty where the parser knows none.
    `ocr_pages` are the numbers of pages whose words only OCR finds: pictures, and fonts without Unicode.
    `number` tells documents of one name apart, see `labelled` in documents/labels.py; `label` has it.
    """

    id: str
    name: str
    parser: str
    text: str
    pages: tuple[Page, ...]
    char_boxes: NDArray[np.float32] | None = field(default=None, repr=False)
    left_out: tuple[LeftOut, ...] = ()
    notices: tuple[str, ...] = ()
    tokenizer: str = "cl100k"
    parse_ms: float = 0.0
    source: bytes = field(default=b"", repr=False)
    password: str | None = field(default=None, repr=False)
    format: Format = "text"
    parser_fields: str = ""
    blocks: tuple[Block, ...] = ()
    ocr_pages: tuple[int, ...] = ()
    number: int = 1

    @classmethod
    def from_text(cls, text: str, name: str = "text.txt") -> Document:
        """A document of plain text with one page, as the text parser would read it from the text's UTF-8 bytes."""
        from rag_core.documents.markup.blocks import text_blocks

        source = text.encode("utf-8", "surrogatepass")
        page = Page(1, 0, len(text), None, None)
        made_id = document_id("text", "", source)
        return cls(made_id, name, "text", text, (page,), source=source, blocks=text_blocks(text))

    @property
    def label(self) -> str:
        """What people call the document: its name, with a number where another document has the same one."""
        return label_of(self.name, self.number)

    @property
    def short_label(self) -> str:
        """The label for a narrow place on a screen, without the middle of a long name."""
        return label_of(shortened(self.name), self.number)

    @property
    def is_unpaged(self) -> bool:
        """Whether the document is a text file whose one page is all of it."""
        return len(self.pages) == 1 and self.pages[0] == Page(1, 0, len(self.text), None, None)

    def renamed(self, name: str, number: int) -> Document:
        """The same document under another name; unlike `dataclasses.replace`, it keeps the hashes.

        The same name gives the same object as long as this one lives, so that what refers to it weakly keeps it.
        """
        if (name, number) == (self.name, self.number):
            return self
        if (name, number) not in self._copies:
            found = copy.copy(self)
            del found.__dict__["_copies"]  # else a copy's copies would live with this one
            object.__setattr__(found, "name", name)
            object.__setattr__(found, "number", number)
            self._copies[name, number] = found
        return self._copies[name, number]

    @cached_property
    def _copies(self) -> dict[tuple[str, int], Document]:
        return {}

    @cached_property
    def source_id(self) -> str:
        """sha256 of the bytes that were read, whatever the parser; of the text's UTF-8 bytes where there are none."""
        return hashlib.sha256(self.source).hexdigest() if self.source else self.text_hash

    @cached_property
    def text_hash(self) -> str:
        """sha256 of the text: the key of caches of anything derived from the text alone."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def _page_ends(self) -> list[int]:
        return [page.end for page in self.pages]

    def memory_bytes(self) -> int:
        """About how much memory the document takes; boxes take more than the source or the text."""
        boxes = 0 if self.char_boxes is None else self.char_boxes.nbytes
        return len(self.source) + 4 * len(self.text) + boxes

    def pages_of(self, start: int, end: int) -> list[Page]:
        """The pages that hold a character of the span, in order; an empty span has none."""
        first = bisect_left(self._page_ends, start + 1)  # the first page that ends after the span's start
        found = []
        for page in islice(self.pages, first, None):
            if page.start >= end:
                break
            if page.end > page.start:
                found.append(page)
        return found if end > start else []

    def boxes(self, start: int, end: int) -> dict[int, list[Box]]:
        """The span's boxes by page number, one box per line of text. Empty for plain text."""
        from rag_core.documents.boxes import line_boxes

        if self.char_boxes is None:
            return {}
        return {
            page.number: lines
            for page in self.pages_of(start, end)
            if (lines := line_boxes(self.text, self.char_boxes, max(start, page.start), min(end, page.end)))
        }


def document_id(parser: str, parser_fields: str, source: bytes) -> str:
    """sha256 of the parser's kind with its fields (see Document), a NUL, and the source; links carry it."""
    return hashlib.sha256(f"{parser}{parser_fields}".encode() + b"\0" + source).hexdigest()
