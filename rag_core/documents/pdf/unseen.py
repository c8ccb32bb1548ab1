"""Why characters that leave no ink are not seen."""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.document import LeftOutReason
from rag_core.documents.pdf.coordinates import displayed
from rag_core.documents.pdf.layers import Integers
from rag_core.documents.pdf.painted import Painted, address_of, bounds, painted, text_style
from rag_core.documents.pdf.raster import Flags
from rag_core.documents.reflow.lines import Floats

_SAME_COLOUR = 16  # of 255 in any colour: less cannot be read
_COVERS = (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING)
_MAX_NAME = 32  # bytes of a mark's name
_LAYER_MARK = "OC"


class _Text(NamedTuple):
    """A text object: its place in the order of painting, colour, and what keeps it from being seen by itself."""

    order: int
    rgb: tuple[int, int, int]
    no_ink: bool
    in_layer: bool
    clipped: bool


class Reasons:
    """Says of the characters of a page why they are not seen; `texts` gives the text object of a character."""

    def __init__(self, page: pdfium.PdfPage, handle: Any) -> None:
        items = painted(page, kinds=(raw.FPDF_PAGEOBJ_TEXT, *_COVERS))
        covers = [item for item in items if not item.is_text and _hides(item)]
        rows = [(left, top, right, bottom) for left, bottom, right, top in map(bounds, covers)]
        self._covers = displayed(np.array(rows, dtype=np.float32).reshape(-1, 4), page)
        self._cover_orders = np.array([item.order for item in covers], dtype=np.intp)
        self._orders = {item.address: item.order for item in items if item.is_text}
        self._handle = handle
        self._texts: dict[int, _Text] = {}

    def of(
        self, places: Integers, boxes: Floats, tiny: Flags, behind: list[tuple[int, ...]]
    ) -> dict[int, LeftOutReason]:
        """The reason for each place, given boxes on the displayed page and the colours behind them."""
        rows = zip(places.tolist(), boxes, tiny.tolist(), behind, strict=True)
        return {place: "tiny" if speck else self._reason(place, box, colour) for place, box, speck, colour in rows}

    def _reason(self, place: int, box: Floats, behind: tuple[int, ...]) -> LeftOutReason:
        text = self._text(place)
        if text.no_ink:
            return "no_ink"
        if self._is_covered(box, text.order):
            return "covered"
        if len(behind) == len(text.rgb) and max(np.abs(np.subtract(text.rgb, behind))) < _SAME_COLOUR:
            return "colour"
        if text.in_layer:
            return "layer"
        return "clipped" if text.clipped else "unseen"

    def _is_covered(self, box: Floats, order: int) -> bool:
        x, y = (box[:2] + box[2:]) / 2
        left, top, right, bottom = self._covers.T
        over = (left <= x) & (x <= right) & (top <= y) & (y <= bottom) & (self._cover_orders > order)
        return bool(over.any())

    def _text(self, place: int) -> _Text:
        handle = raw.FPDFText_GetTextObject(self._handle, place)
        address = address_of(handle)
        if address not in self._texts:
            style = text_style(handle)
            clip = raw.FPDFPageObj_GetClipPath(handle)
            clipped = bool(clip) and raw.FPDFClipPath_CountPaths(clip) > 0
            order = self._orders.get(address, -1)
            self._texts[address] = _Text(order, style.rgb, style.invisible, _in_layer(handle), clipped)
        return self._texts[address]


def _hides(item: Painted) -> bool:
    """Whether an object may hide what is behind it: an outline or a transparent area does not."""
    kind = raw.FPDFPageObj_GetType(item.handle)
    if kind != raw.FPDF_PAGEOBJ_PATH:
        return True
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item.handle, fill, stroke)
    colour = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetFillColor(item.handle, *colour)
    return fill.value != raw.FPDF_FILLMODE_NONE and colour[3].value > 0


def _in_layer(handle: Any) -> bool:
    """Whether a text is marked as content of a layer."""
    for index in range(raw.FPDFPageObj_CountMarks(handle)):
        name, size = (ctypes.c_ushort * _MAX_NAME)(), ctypes.c_ulong()
        mark = raw.FPDFPageObj_GetMark(handle, index)
        if raw.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), size):
            letters = bytes(name)[: max(size.value - 2, 0)]
            if letters.decode("utf-16-le", "replace") == _LAYER_MARK:
                return True
    return False
