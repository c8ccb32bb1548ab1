"""The size and weight of the fonts of a PDF page, of the words at the ends of lines."""

from __future__ import annotations

import ctypes
import re
from functools import lru_cache

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from rag_core.documents.pdf.calls import font_of, font_sizes, text_objects
from rag_core.documents.pdf.layers import Codes
from rag_core.documents.reflow.lines import Floats
from rag_core.documents.reflow.styles import Style, Styles

_MAX_NAME = 128  # bytes
_SUBSET = re.compile(r"\A[A-Z]{6}\+")
# Weights that pdfium gives come from the width of stems in the file, and are often wrong: names are better.
_BOLD = re.compile(
    r"bold|black|heavy|demi|medi(?!um)|semibd|(?:cm|sf|lm|ec|tc)bx|(?:cm|lm)ssbx|-bd\b|\bbd\b|,b\b", re.I
)
_ITALIC = re.compile(r"ital|obli|slant|(?:cm|sf|lm)(?:ti|sl|bxti)\d|-it\b|\bit\b", re.I)
_FORCE_BOLD = 1 << 18  # a flag of the font's descriptor


def word_styles(textpage: pdfium.PdfTextPage, codes: Codes, boxes: Floats) -> Styles:
    """The styles of the first and the last word of each line of the text layer: to ask for all takes too long.

    `boxes` are those of the displayed page: left, top, right, bottom.
    """
    places = _sampled_words(codes)
    objects = text_objects(textpage, places.tolist())
    first = {found: index for index, found in reversed(list(enumerate(objects))) if found}
    sizes = np.round(font_sizes(textpage, places[list(first.values())].tolist()), 1).tolist()
    fonts = list(map(font_of, first))
    named = {font: _font(font) for font in set(fonts)}
    styles = {found: Style(size, *named[font]) for found, size, font in zip(first, sizes, fonts, strict=True)}
    corners = map(tuple, boxes[places, :2].tolist())
    return {corner: styles[found] for corner, found in zip(corners, objects, strict=True) if found}


def _sampled_words(codes: Codes) -> NDArray[np.intp]:
    """The indices of the first letters of the first and the last word of each line."""
    inked = codes > 32
    starts = np.flatnonzero(inked & ~np.append(False, inked[:-1]))
    if not len(starts):
        return starts
    ends = np.flatnonzero((codes == 10) | (codes == 13))
    lines = np.searchsorted(ends, starts)
    first = np.flatnonzero(np.append(True, lines[1:] != lines[:-1]))
    last = np.append(first[1:], len(starts)) - 1
    chosen: NDArray[np.intp] = starts[np.unique(np.concatenate((first, last)))]
    return chosen


def _font(address: int) -> tuple[bool, bool, str]:
    """Whether a font is bold, whether it is italic, and its name."""
    font = ctypes.cast(address, raw.FPDF_FONT)
    name = ctypes.create_string_buffer(_MAX_NAME)
    raw.FPDFFont_GetBaseFontName(font, name, _MAX_NAME)
    forced = raw.FPDFFont_GetFlags(font) & _FORCE_BOLD
    return _named(name.value.decode("latin-1"), bool(forced))


@lru_cache(maxsize=256)
def _named(name: str, forced: bool) -> tuple[bool, bool, str]:
    words = _SUBSET.sub("", name)
    return forced or bool(_BOLD.search(words)), bool(_ITALIC.search(words)), words
