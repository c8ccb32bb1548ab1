"""Tells the characters that can be seen on a page from those that only its text layer has.

Text may be in a layer that is off, have the colour of what lies behind it, be covered, clipped away, or painted with
nothing at all. What it leaves on the page is judged by pixels: whatever the reason, it is not seen if it changes none.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.document import LeftOutReason
from rag_core.documents.pdf.coordinates import displayed
from rag_core.documents.pdf.glance import is_ordinary
from rag_core.documents.pdf.layers import Codes, Integers, layers_of, line_numbers
from rag_core.documents.pdf.painted import TextStyle, address_of, painted, text_style
from rag_core.documents.pdf.raster import Flags, LayeredText, Raster
from rag_core.documents.pdf.scans import Scans
from rag_core.documents.pdf.unseen import Reasons
from rag_core.documents.reflow.lines import Floats

_CLEAR = 40  # of 255, on a small grey picture: such text needs no second look
_MIN_CONTRAST = 16  # of 255 in any colour, on a large picture: less cannot be read
_BAND = 0.18  # of a box, at each side: the letters of its neighbours may reach into it
_BLANK = 0.02  # of a box: flatter glyphs have no shape
_LARGE = 4.0  # pixels per point
_MIN_SIZE = 1.0  # points: smaller letters are specks
_MIN_SHARE = 1 / 800  # of the page's longer side: the same for tiny pages


class Seen(NamedTuple):
    """The characters that leave no ink: those to leave out, and the invisible text of a scan, which stands for it.

    `reasons` are those of the characters to leave out, by their places.
    """

    unseen: Flags
    scanned: Flags
    reasons: Mapping[int, LeftOutReason] = {}


def judge(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, codes: Codes, boxes: Floats) -> Seen:
    """Look at the characters of a page, whose boxes are those of the displayed page; white space is never unseen.

    The page's texts are inactive afterwards: it has to be loaded again to be drawn.
    """
    return _Judge(page, textpage, codes, boxes).seen()


class _Judge:
    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, codes: Codes, boxes: Floats) -> None:
        self._page, self._handle, self._codes = page, textpage.raw, codes
        left, top, right, bottom = boxes.T
        width, height = page.get_size()
        self._letters: Flags = (codes > 32) & (codes != 0xA0) & (right > left) & (bottom > top)
        self._letters &= (right > 0) & (bottom > 0) & (left < width) & (top < height)
        self._boxes = boxes.copy()
        self._boxes[~self._letters] = np.nan
        inset = _BAND * (self._boxes[:, 2:] - self._boxes[:, :2])
        self._bands = self._boxes.copy()
        self._bands[:, :2] += inset
        self._bands[:, 2:] -= inset
        self._lines = line_numbers(codes, self._boxes)
        self._layers = layers_of(self._lines, self._boxes)

    def seen(self) -> Seen:
        """The verdict on every character."""
        nothing = np.zeros(len(self._codes), dtype=bool)
        left, top, right, bottom = self._boxes.T
        specks = np.maximum(right - left, bottom - top) < self._min_size()  # False for NaN
        if not self._letters.any() or (not specks.any() and self._is_ordinary()):
            return Seen(nothing, nothing)
        self._items = painted(self._page)
        self._texts = self._layered()
        places = np.flatnonzero(self._letters)
        unseen = nothing.copy()
        unseen[places] = ~self._ink(self._raster(1.0, grey=True), places, self._bands[places], _CLEAR, 8)
        if not (unseen | specks).any():
            return Seen(nothing, nothing)
        unseen = (self._second_look(unseen) if unseen.any() else unseen) | specks
        scanned = Scans(self._page, self._items).text_of(self._handle, unseen, self._boxes)
        return Seen(unseen & ~scanned, scanned, self._reasons(np.flatnonzero(unseen & ~scanned), specks))

    def _reasons(self, places: Integers, specks: Flags) -> dict[int, LeftOutReason]:
        """Why the characters at these places are not seen."""
        if not len(places):
            return {}
        boxes = self._boxes[places]
        raster = self._raster(1.0, grey=False)
        behind = raster.colours_behind(boxes)
        return Reasons(self._page, self._handle).of(places, boxes, specks[places], behind)

    def _is_ordinary(self) -> bool:
        if self._layers.any():
            return False
        return is_ordinary(self._page, self._handle, self._codes, self._bands, self._lines, self._letters)

    def _min_size(self) -> float:
        return float(min(_MIN_SIZE, _MIN_SHARE * max(self._page.get_size())))

    def _second_look(self, unseen: Flags) -> Flags:
        """Those that leave no ink on a large picture either."""
        places = np.flatnonzero(unseen)
        raster = self._raster(_LARGE, grey=False)
        raster.focus(self._boxes[places])
        tight = self._tight(places)
        sizes = self._boxes[places, 2:] - self._boxes[places, :2]
        blank = (tight[:, 2:] - tight[:, :2] < _BLANK * sizes).any(axis=1)
        tight[blank] = self._boxes[places[blank]]
        ink = self._ink(raster, places, tight, _MIN_CONTRAST, 32)
        ink[blank] |= self._would_show(raster, places[blank])
        still = unseen.copy()
        still[places[ink]] = False
        return self._without_singles(still)

    def _without_singles(self, unseen: Flags) -> Flags:
        """The runs of unseen characters, but for single ones in words that are seen: a glyph may be all but empty."""
        edges = np.flatnonzero(np.diff(np.concatenate(([False], unseen, [False])).astype(np.int8)))
        kept = unseen.copy()
        for start, end in edges.reshape(-1, 2).tolist():
            beside = [place for place in (start - 1, end) if 0 <= place < len(unseen) and self._codes[place] > 32]
            if end - start == 1 and any(self._style(place) == self._style(start) for place in beside):
                kept[start] = False
        return kept

    def _style(self, place: int) -> TextStyle:
        return text_style(raw.FPDFText_GetTextObject(self._handle, place))

    def _would_show(self, raster: Raster, places: Integers) -> Flags:
        """Whether characters without a shape are in a font that only this machine lacks, in a colour that shows."""
        styles = [self._style(place) for place in places.tolist()]
        behind = raster.colours_behind(self._boxes[places])
        pairs = zip(styles, behind, strict=True)
        shows = [
            not style.embedded and not style.invisible and max(np.abs(np.subtract(style.rgb, colour))) >= _MIN_CONTRAST
            for style, colour in pairs
        ]
        return np.array(shows, dtype=bool)

    def _tight(self, places: Integers) -> Floats:
        """The boxes of the glyphs themselves, on the displayed page."""
        rows = np.zeros((len(places), 4), dtype=np.float32)
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        for row, place in enumerate(places.tolist()):
            raw.FPDFText_GetCharBox(self._handle, place, left, right, bottom, top)
            rows[row] = left.value, top.value, right.value, bottom.value
        return displayed(rows, self._page)

    def _layered(self) -> list[LayeredText]:
        """The texts of the page; a text is in the layer of its first character."""
        layer_of: dict[int, int] = {}
        for place in np.flatnonzero(self._layers).tolist():
            address = address_of(raw.FPDFText_GetTextObject(self._handle, place))
            layer_of.setdefault(address, int(self._layers[place]))
        texts = [item for item in self._items if item.is_text]
        return [LayeredText(text.handle, layer_of.get(text.address, 0) if layer_of else 0) for text in texts]

    def _raster(self, scale: float, *, grey: bool) -> Raster:
        return Raster(self._page, self._texts, scale=scale, grey=grey)

    def _ink(self, raster: Raster, places: Integers, boxes: Floats, contrast: int, samples: int) -> Flags:
        """Whether the characters at these places leave ink within their boxes."""
        ink = np.zeros(len(places), dtype=bool)
        layers = self._layers[places]
        for layer in np.unique(layers).tolist():
            chosen = layers == layer
            ink[chosen] = raster.has_ink(boxes[chosen], layer, contrast, samples)
        return ink
