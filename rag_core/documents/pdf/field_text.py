"""Sets the text of a form field or a free text whose file holds no picture of it, as a viewer would."""

from __future__ import annotations

import ctypes
import unicodedata
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.pdf.annotations import CHECK_MARK, Annotation
from rag_core.documents.reflow.lines import Floats

_PADDING = 2.0  # points, between the edge of the field and its text
_LEADING = 1.15  # of the font size
_ASCENT, _DESCENT = 0.78, 0.22  # of the font size
_MIN_SIZE, _MAX_SIZE = 3.0, 12.0  # points, of a font that fits its field
_WIDTH, _WIDE = 0.6, 1.0  # of the font size: letters that Helvetica lacks, and wide ones such as Chinese


class Letter(NamedTuple):
    """A letter and its place in a field: the left end of its baseline from the lower left corner, and its width."""

    letter: str
    left: float
    baseline: float
    width: float


class SetText(NamedTuple):
    """Letters in the page's coordinates: `boxes` are left, top, right, bottom with y upwards, NaN for white space."""

    text: str
    boxes: Floats
    size: float
    matrices: list[tuple[float, ...]]


class Typesetter:
    """Sets text in Helvetica, and paints it on the pages of a document."""

    def __init__(self, pdf: pdfium.PdfDocument) -> None:
        self._pdf = pdf
        self._widths: dict[str, float] = {}

    @cached_property
    def _font(self) -> Any:
        return raw.FPDFText_LoadStandardFont(self._pdf, b"Helvetica")

    def set(self, annotation: Annotation) -> SetText:
        """The text of an annotation within its rectangle, in a size in which it fits."""
        left, bottom, right, top = annotation.rect
        sides = (right - left, top - bottom)
        width, height = sides if annotation.turn in (0, 180) else sides[::-1]
        size = annotation.font_size or min(_MAX_SIZE, max(_MIN_SIZE, 0.7 * height))
        lines = self._lines(annotation, width, size)
        while size > _MIN_SIZE and self._overflows(lines, width, height, size):
            size *= 0.9
            lines = self._lines(annotation, width, size)
        letters = self._placed(annotation, lines, width, height, size)
        return _on_page(annotation, letters, size)

    def paint(self, page: pdfium.PdfPage, text: SetText) -> None:
        """Paint the letters on a page; Helvetica shows a question mark for those it lacks."""
        for letter, matrix in zip(text.text, text.matrices, strict=True):
            if not letter.isspace():
                font = b"ZapfDingbats" if letter == CHECK_MARK else b"Helvetica"
                handle = raw.FPDFPageObj_NewTextObj(self._pdf, font, text.size)
                shown = letter if letter == CHECK_MARK else letter.encode("cp1252", "replace").decode("cp1252")
                characters = (ctypes.c_ushort * (len(shown) + 1))(*map(ord, shown))
                raw.FPDFText_SetText(handle, characters)
                raw.FPDFPageObj_Transform(handle, *matrix)
                raw.FPDFPage_InsertObject(page, handle)

    def _width(self, letter: str) -> float:
        """The width of a letter, in font sizes."""
        if letter not in self._widths:
            found = ctypes.c_float(0)
            try:
                letter.encode("cp1252")
                raw.FPDFFont_GetGlyphWidth(self._font, ord(letter), 1.0, found)
            except UnicodeEncodeError:
                found.value = _WIDE if unicodedata.east_asian_width(letter) in "WF" else _WIDTH
            self._widths[letter] = found.value or _WIDTH
        return self._widths[letter]

    def _length(self, text: str) -> float:
        return sum(map(self._width, text))

    def _lines(self, annotation: Annotation, width: float, size: float) -> list[str]:
        given = annotation.text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip().split("\n")
        if not annotation.multiline:
            return given
        return [line for paragraph in given for line in self._wrapped(paragraph, (width - 2 * _PADDING) / size)]

    def _wrapped(self, paragraph: str, max_length: float) -> list[str]:
        lines = [""]
        for word in paragraph.split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if lines[-1] and self._length(longer) > max_length:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def _overflows(self, lines: list[str], width: float, height: float, size: float) -> bool:
        too_high = len(lines) > 1 and size * (_LEADING * (len(lines) - 1) + 1) > height
        return too_high or size * max(map(self._length, lines)) > max(width - _PADDING, 1)

    def _placed(
        self, annotation: Annotation, lines: list[str], width: float, height: float, size: float
    ) -> list[Letter]:
        """The letters of all lines, with a line break between two of them."""
        one = len(lines) == 1 and not annotation.multiline
        baseline = (height - size) / 2 + _DESCENT * size if one else height - _PADDING - _ASCENT * size
        letters: list[Letter] = []
        for line in lines:
            if letters:
                letters.append(Letter("\n", 0, 0, 0))
            letters += self._line(annotation, line, width, size, baseline)
            baseline -= _LEADING * size
        return letters

    def _line(self, annotation: Annotation, line: str, width: float, size: float, baseline: float) -> list[Letter]:
        widths = [size * self._width(letter) for letter in line]
        if annotation.cells:
            cell = width / max(annotation.cells, len(line))
            lefts = [cell * place + (cell - own) / 2 for place, own in enumerate(widths)]
        else:
            room = max(width - 2 * _PADDING - sum(widths), 0)
            start = _PADDING + room * {1: 0.5, 2: 1.0}.get(annotation.align, 0.0)
            lefts = [start + before for before in accumulate(widths[:-1], initial=0.0)] if widths else []
        return [Letter(*values) for values in zip(line, lefts, [baseline] * len(line), widths, strict=True)]


def _on_page(annotation: Annotation, letters: list[Letter], size: float) -> SetText:
    """Turn the letters with the field, and move them to its place on the page."""
    left, bottom, right, top = annotation.rect
    a, b, c, d, e, f = {
        90: (0, 1, -1, 0, right, bottom),
        180: (-1, 0, 0, -1, right, top),
        270: (0, -1, 1, 0, left, top),
    }.get(annotation.turn, (1, 0, 0, 1, left, bottom))
    boxes = np.full((len(letters), 4), np.nan, dtype=np.float32)
    matrices: list[tuple[float, ...]] = []
    for row, (letter, start, baseline, width) in enumerate(letters):
        matrices.append((a, b, c, d, a * start + c * baseline + e, b * start + d * baseline + f))
        if not letter.isspace():
            corners = [(start, baseline - _DESCENT * size), (start + width, baseline + _ASCENT * size)]
            x, y = zip(*((a * u + c * v + e, b * u + d * v + f) for u, v in corners), strict=True)
            boxes[row] = min(x), max(y), max(x), min(y)
    return SetText("".join(letter.letter for letter in letters), boxes, size, matrices)
