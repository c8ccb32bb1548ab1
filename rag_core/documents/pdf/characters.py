"""The characters of a PDF page as pdfium reads them, with their boxes on the displayed page."""

from __future__ import annotations

import ctypes

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from rag_core.documents.pdf.cleaning import clean
from rag_core.documents.reflow.lines import Floats, PageChars

Codes = NDArray[np.uint32]


def page_chars(page: pdfium.PdfPage, number: int) -> tuple[PageChars, str]:
    """The characters in the visible area of a page, and the text outside of it."""
    textpage = page.get_textpage()
    try:
        codes, boxes = _read(textpage.raw, textpage.count_chars())
    finally:
        textpage.close()
    width, height = page.get_size()
    text, boxes = clean(codes, _displayed(boxes, page))
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    outside: NDArray[np.bool_] = np.any((centres < 0) | (centres > (width, height)), axis=1)  # False for NaN
    hidden = ""
    if outside.any():
        flags = outside.tolist()
        hidden = " ".join("".join([c for c, out in zip(text, flags, strict=True) if out or c.isspace()]).split())
        text = "".join([char for char, out in zip(text, flags, strict=True) if not out])
        boxes = boxes[~outside]
    return PageChars(number, width, height, text, boxes), hidden


def _read(handle: raw.FPDF_TEXTPAGE, count: int) -> tuple[Codes, Floats]:
    """Code points, shape (n,), and boxes, shape (n, 4): left, top, right, bottom, with y upwards.

    Boxes have the height of the font, which is the same along a line; of fonts without one, that of the glyph.
    """
    unicode_at, box_at = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
    codes = np.fromiter((unicode_at(handle, index) for index in range(count)), dtype=np.uint32, count=count)
    rects = (raw.FS_RECTF * count)()
    for index in range(count):
        box_at(handle, index, rects[index])
    boxes = np.frombuffer(rects, dtype=np.float32).reshape(count, 4).copy()
    flat = (boxes[:, 2] <= boxes[:, 0]) | (boxes[:, 1] <= boxes[:, 3]) | ~np.isfinite(boxes).all(axis=1)
    for bare in np.flatnonzero(flat & (codes > 32)).tolist():
        boxes[bare] = _glyph_box(handle, bare)
    return codes, boxes


def _glyph_box(handle: raw.FPDF_TEXTPAGE, index: int) -> tuple[float, float, float, float]:
    left, right, bottom, top = ctypes.c_double(), ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharBox(handle, index, left, right, bottom, top)
    return left.value, top.value, right.value, bottom.value


def _displayed(boxes: Floats, page: pdfium.PdfPage) -> Floats:
    """Convert boxes from the page's own coordinates (y upwards, not rotated, any origin) to the displayed page's."""
    left, bottom, right, top = page.get_bbox()
    x0, x1 = boxes[:, 0] - left, boxes[:, 2] - left
    y0, y1 = top - boxes[:, 1], top - boxes[:, 3]
    width, height = right - left, top - bottom
    turned = {
        0: (x0, y0, x1, y1),
        90: (height - y1, x0, height - y0, x1),
        180: (width - x1, height - y1, width - x0, height - y0),
        270: (y0, width - x1, y1, width - x0),
    }[page.get_rotation()]
    return np.stack(turned, axis=1).astype(np.float32)


def empty_page(number: int) -> PageChars:
    """A page that could not be read, in US Letter size."""
    return PageChars(number, 612.0, 792.0, "", np.zeros((0, 4), dtype=np.float32))
