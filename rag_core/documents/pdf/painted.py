"""The texts and images that a page paints, in the order in which it paints them."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

Matrix = NDArray[np.float64]

_MAX_DEPTH = 30  # of forms in forms
_IDENTITY: Matrix = np.eye(3)
_TEXTS_AND_IMAGES = (raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_IMAGE)


class Painted(NamedTuple):
    """One text, image or drawing: its place in the order of painting, and from its coordinates to the page's."""

    order: int
    handle: Any
    is_text: bool
    matrix: Matrix

    @property
    def address(self) -> int:
        """The same for every handle of one object."""
        return address_of(self.handle)


def address_of(handle: Any) -> int:
    """The address of a pdfium object, 0 for none."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def painted(page: pdfium.PdfPage, first: int = 0, kinds: tuple[int, ...] = _TEXTS_AND_IMAGES) -> list[Painted]:
    """All objects of some kinds, texts and images, of a page from one of its objects on, also those within forms."""
    found: list[Painted] = []
    _walk(found, page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, _IDENTITY, 0, kinds, first)
    return found


def _walk(
    found: list[Painted],
    parent: Any,
    count: Callable[..., int],
    get: Callable[..., Any],
    matrix: Matrix,
    depth: int,
    kinds: tuple[int, ...],
    first: int = 0,
) -> None:
    for index in range(first, count(parent)):
        handle = get(parent, index)
        kind = raw.FPDFPageObj_GetType(handle)
        if kind in kinds:
            found.append(Painted(len(found), handle, kind == raw.FPDF_PAGEOBJ_TEXT, matrix))
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _matrix_of(handle) @ matrix
            _walk(found, handle, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, inner, depth + 1, kinds)


def _matrix_of(handle: Any) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(handle, found):
        return _IDENTITY
    return np.array([[found.a, found.b, 0], [found.c, found.d, 0], [found.e, found.f, 1]])


def bounds(item: Painted) -> tuple[float, float, float, float]:
    """The object's box in the page's coordinates: left, bottom, right, top."""
    box = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(item.handle, *box)
    left, bottom, right, top = (value.value for value in box)
    corners = np.array([(x, y, 1) for x in (left, right) for y in (bottom, top)]) @ item.matrix
    (x0, y0, _), (x1, y1, _) = corners.min(axis=0), corners.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


class TextStyle(NamedTuple):
    """How a text is painted: its rendering mode, its colour, and whether its font is in the file."""

    mode: int
    rgb: tuple[int, int, int]
    alpha: int
    embedded: bool

    @property
    def invisible(self) -> bool:
        """Whether it leaves no ink by itself, whatever lies behind it: as the text of a scan."""
        return self.mode in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP) or self.alpha == 0


def text_style(handle: Any) -> TextStyle:
    """The style of a text object."""
    mode = raw.FPDFTextObj_GetTextRenderMode(handle)
    outlined = mode in (raw.FPDF_TEXTRENDERMODE_STROKE, raw.FPDF_TEXTRENDERMODE_STROKE_CLIP)
    colour = [ctypes.c_uint() for _ in range(4)]
    (raw.FPDFPageObj_GetStrokeColor if outlined else raw.FPDFPageObj_GetFillColor)(handle, *colour)
    red, green, blue, alpha = (value.value for value in colour)
    embedded = raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(handle)) == 1
    return TextStyle(mode, (red, green, blue), alpha, embedded)
