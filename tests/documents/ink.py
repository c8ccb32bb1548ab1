"""How well the boxes of spans cover the words that the spans have, and no others, counted in pixels of a page."""

from __future__ import annotations

import ctypes
import itertools
import random
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from rag_core.documents import Document
from rag_core.documents.pdf.coordinates import displayed
from rag_core.geometry import Box, Span
from rag_core.pipeline.aligned import boxes_on_page

SCALE = 2  # pixels per point
MAX_LENGTH = 400  # characters of a span
Mask = NDArray[np.bool_]


class Cover(NamedTuple):
    """Of the pixels of a span's own words, and of those of all others on its pages, the shares within its boxes.

    `letters` is the share of the letters of the glyphs in the boxes of its characters that its text has too.
    """

    own: float
    others: float
    letters: float


class Spelled(NamedTuple):
    """Of the letters of spans, the shares that their boxes lack, and that their boxes hold beyond them."""

    missing: float
    more: float


class Glyphs:
    """The glyphs on a page of a PDF, found without any code of a parser: letters and the boxes of their shapes."""

    def __init__(self, pdf: pdfium.PdfDocument, index: int) -> None:
        page = pdf[index]
        text = page.get_textpage()
        rows, self.letters = [], []
        sides = [ctypes.c_double() for _ in range(4)]
        for place in range(text.count_chars()):
            code = raw.FPDFText_GetUnicode(text, place)
            raw.FPDFText_GetCharBox(text, place, *sides)
            left, right, bottom, top = (side.value for side in sides)
            if code > 32 and right > left and top > bottom:
                rows.append((left, top, right, bottom))
                self.letters.append(chr(code))
        self.boxes = displayed(np.array(rows, dtype=np.float32).reshape(-1, 4), page)
        self.shape = tuple(int(side * SCALE) + 2 for side in reversed(page.get_size()))

    def of_span(self, document: Document, start: int, end: int) -> Mask:
        """Which glyphs stand in the boxes of the characters of a span."""
        assert document.char_boxes is not None
        chars = document.char_boxes[start:end]
        chars = chars[~np.isnan(chars[:, 0])]
        x, y = (self.boxes[:, :2] + self.boxes[:, 2:]).T / 2
        left, top, right, bottom = chars.T[:, :, None]
        found: Mask = ((left <= x) & (x <= right) & (top <= y) & (y <= bottom)).any(axis=0)
        return found

    def in_boxes(self, boxes: Sequence[Box]) -> str:
        """The letters whose middle is in one of the boxes."""
        x, y = (self.boxes[:, :2] + self.boxes[:, 2:]).T / 2
        left, top, right, bottom = np.array(boxes, dtype=np.float32).T[:, :, None]
        inside = ((left <= x) & (x <= right) & (top <= y) & (y <= bottom)).any(axis=0)
        return "".join(itertools.compress(self.letters, inside))

    def mask(self, boxes: NDArray[np.float32]) -> Mask:
        """The pixels of the page that boxes cover."""
        mask = np.zeros(self.shape, dtype=bool)
        for left, top, right, bottom in np.clip(np.rint(boxes * SCALE), 0, None).astype(int).tolist():
            mask[top : max(bottom, top + 1), left : max(right, left + 1)] = True
        return mask


def covers(document: Document, count: int, seed: int = 0) -> Iterator[Cover]:
    """The covers of random spans of a document with boxes; spans of white space are passed over."""
    pdf = pdfium.PdfDocument(document.source, password=document.password)
    chance, glyphs = random.Random(seed), {}
    while count:
        start = chance.randrange(len(document.text))
        end = min(start + chance.randint(1, MAX_LENGTH), len(document.text))
        boxes = document.boxes(start, end)
        if not boxes:
            continue
        count -= 1
        for number in boxes:
            glyphs.setdefault(number, Glyphs(pdf, number - 1))
        yield _cover(document, start, end, glyphs)


def spelled(document: Document, count: int, seed: int = 0) -> Spelled:
    """How far what stands in the boxes of random spans spells the spans, whatever gives the document its boxes."""
    pdf = pdfium.PdfDocument(document.source, password=document.password)
    chance, glyphs = random.Random(seed), {}
    letters = missing = more = 0
    for _ in range(count):
        start = chance.randrange(len(document.text))
        end = min(start + chance.randint(1, MAX_LENGTH), len(document.text))
        text, found = _letters(document.text[start:end]), Counter[str]()
        for number, boxes in boxes_on_page(document, Span(start, end)).items():
            if number not in glyphs:
                glyphs[number] = Glyphs(pdf, number - 1)
            found += _letters(glyphs[number].in_boxes(boxes))
        letters, missing = letters + text.total(), missing + (text - found).total()
        more += (found - text).total()
    return Spelled(missing / letters, more / letters)


def _cover(document: Document, start: int, end: int, glyphs: dict[int, Glyphs]) -> Cover:
    own = own_inside = others = others_inside = 0
    letters: Counter[str] = Counter()
    for page in document.pages_of(start, end):
        lines = document.boxes(start, end).get(page.number)
        if not lines:
            continue
        on_page = glyphs[page.number]
        chosen = on_page.of_span(document, max(start, page.start), min(end, page.end))
        letters += _letters("".join(itertools.compress(on_page.letters, chosen)))
        inside = on_page.mask(np.array(lines, dtype=np.float32))
        words, rest = on_page.mask(on_page.boxes[chosen]), on_page.mask(on_page.boxes[~chosen])
        rest &= ~words  # where glyphs touch
        own, own_inside = own + int(words.sum()), own_inside + int((words & inside).sum())
        others, others_inside = others + int(rest.sum()), others_inside + int((rest & inside).sum())
    known = (letters & _letters(document.text[start:end])).total()
    share = known / letters.total() if letters else 1.0
    return Cover(own_inside / max(own, 1), others_inside / max(others, 1), share)


def _letters(text: str) -> Counter[str]:
    """The letters and digits of a text, however they are written."""
    return Counter(filter(str.isalnum, unicodedata.normalize("NFKC", text)))
