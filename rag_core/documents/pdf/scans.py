"""Finds the invisible text of scans: programs that recognise letters write them behind the image, or without ink."""

from __future__ import annotations

from typing import Any

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.pdf.coordinates import displayed
from rag_core.documents.pdf.painted import Painted, address_of, bounds, text_style
from rag_core.documents.pdf.raster import Flags
from rag_core.documents.reflow.lines import Floats

_MIN_SHARE = 0.5  # of the page: images that cover this much are a scan, and text beneath them its text
_GRID = 50  # cells along each side of the page, in which areas are counted


class Scans:
    """The images of a page."""

    def __init__(self, page: pdfium.PdfPage, items: list[Painted]) -> None:
        images = [item for item in items if not item.is_text]
        boxes = [(left, top, right, bottom) for left, bottom, right, top in map(bounds, images)]
        self._boxes = displayed(np.array(boxes, dtype=np.float32).reshape(-1, 4), page)
        self._orders = np.array([image.order for image in images], dtype=np.intp)
        self._text_orders = {item.address: item.order for item in items if item.is_text}
        self._size = page.get_size()
        self._shares: dict[int, float] = {}

    def text_of(self, handle: Any, unseen: Flags, boxes: Floats) -> Flags:
        """Which unseen characters stand for what an image shows."""
        scanned = np.zeros(len(unseen), dtype=bool)
        if not len(self._orders):
            return scanned
        for place in np.flatnonzero(unseen).tolist():
            text = raw.FPDFText_GetTextObject(handle, place)
            over = self._images_at(boxes[place])
            scanned[place] = over.any() and (text_style(text).invisible or self._is_beneath(address_of(text), over))
        return scanned

    def _images_at(self, box: Floats) -> Flags:
        x, y = (box[:2] + box[2:]) / 2
        left, top, right, bottom = self._boxes.T
        found: Flags = (left <= x) & (x <= right) & (top <= y) & (y <= bottom)
        return found

    def _is_beneath(self, address: int, over: Flags) -> bool:
        """Whether the images that are painted after a text cover it and a large part of the page."""
        order = self._text_orders.get(address, -1)
        later = self._orders > order
        first = int(later.sum())
        if first not in self._shares:
            self._shares[first] = self._share(self._boxes[later])
        return bool((over & later).any()) and self._shares[first] >= _MIN_SHARE

    def _share(self, boxes: Floats) -> float:
        """The part of the page that boxes cover together."""
        cells = np.zeros((_GRID, _GRID), dtype=bool)
        scale = np.array([*self._size, *self._size]) / _GRID
        for left, top, right, bottom in np.clip(np.rint(boxes / scale), 0, _GRID).astype(int).tolist():
            cells[top:bottom, left:right] = True
        return float(cells.mean())
