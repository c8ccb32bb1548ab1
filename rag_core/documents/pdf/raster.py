"""A page as pixels, with its texts and without them: where the two differ, text has left ink."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from rag_core.documents.pdf.layers import Integers
from rag_core.documents.reflow.lines import Floats

Flags = NDArray[np.bool_]
Pixels = NDArray[np.uint8]

_MAX_PIXELS = 4_000_000


class LayeredText:
    """A text on a page, and the layer it is drawn in: texts of different layers overlap, and are drawn apart."""

    def __init__(self, handle: Any, layer: int) -> None:
        self.layer = layer
        self._handle = handle
        self._shown = True

    def show(self, shown: bool) -> None:
        """Have it drawn, or not."""
        if shown != self._shown:
            raw.FPDFPageObj_SetIsActive(self._handle, shown)
            self._shown = shown


class Raster:
    """A page, or the part that some boxes take up, as pixels."""

    def __init__(self, page: pdfium.PdfPage, texts: list[LayeredText], *, scale: float, grey: bool) -> None:
        self._page, self._texts, self._grey = page, texts, grey
        self._size = page.get_size()
        self._scale = scale  # pixels per point
        self._left = self._top = 0  # pixels that are cut off
        self._crop = (0.0, 0.0, 0.0, 0.0)
        self._shape: tuple[int, ...] = ()  # of what was drawn last
        self._limit(*self._size)

    def focus(self, boxes: Floats) -> None:
        """Draw only the part that the boxes take up."""
        left, top = np.maximum(boxes[:, :2].min(axis=0) - 1, 0).tolist()
        right, bottom = np.minimum(boxes[:, 2:].max(axis=0) + 1, self._size).tolist()
        self._limit(right - left, bottom - top)
        self._left, self._top = int(left * self._scale), int(top * self._scale)
        # What is cut off is rounded up when drawn.
        start = [max(pixels - 0.5, 0) / self._scale for pixels in (self._left, self._top)]
        self._crop = (start[0], max(self._size[1] - bottom, 0), max(self._size[0] - right, 0), start[1])

    def has_ink(self, boxes: Floats, layer: int, contrast: int, samples: int) -> Flags:
        """Whether the text of a layer changes each box by `contrast` of 255 or more.

        Of each box, `samples` times `samples` pixels are compared.
        """
        inked, bare = self._draw(layer), self._without_text
        changed = (np.maximum(bare, inked) - np.minimum(bare, inked)).max(axis=2) >= contrast
        sampled: Flags = _sampled(changed, self._in_pixels(boxes), samples)
        return np.asarray(sampled.any(axis=0))

    def values(self, boxes: Floats, samples: int) -> Pixels:
        """The grey values of `samples` times `samples` pixels of each box, with all texts: shape (pixels, boxes)."""
        return _sampled(self._render()[:, :, 0], self._in_pixels(boxes), samples)

    def colours_behind(self, boxes: Floats) -> list[tuple[int, ...]]:
        """The colour in the middle of each box, without text."""
        bare = self._without_text
        left, top, right, bottom = self._in_pixels(boxes).T
        middle: Pixels = bare[(top + bottom) // 2, (left + right) // 2]
        return [tuple(row) for row in middle.tolist()]

    @cached_property
    def _without_text(self) -> Pixels:
        return self._draw(None)

    def _limit(self, width: float, height: float) -> None:
        self._scale = min(self._scale, (_MAX_PIXELS / max(width * height, 1)) ** 0.5)

    def _in_pixels(self, boxes: Floats) -> Integers:
        """The boxes in pixels: left, top, right, bottom; each has a pixel at least."""
        height, width = self._shape
        moved = boxes * self._scale - np.array([self._left, self._top] * 2)
        low = np.clip(np.floor(moved[:, :2]), 0, (width - 1, height - 1))
        high = np.clip(np.ceil(moved[:, 2:]), low + 1, (width, height))
        return np.concatenate((low, high), axis=1).astype(np.intp)

    def _draw(self, layer: int | None) -> Pixels:
        """Red, green and blue, or grey, with the texts of one layer or with none: shape (height, width, 3 or 1)."""
        for text in self._texts:
            text.show(text.layer == layer)
        return self._render()

    def _render(self) -> Pixels:
        image = self._page.render(
            scale=self._scale, crop=self._crop, grayscale=self._grey, rev_byteorder=not self._grey
        )
        pixels: Pixels = np.atleast_3d(image.to_numpy())[:, :, :3].copy()
        self._shape = pixels.shape[:2]
        return pixels


def _sampled(pixels: NDArray[Any], boxes: Integers, samples: int) -> NDArray[Any]:
    """Pixels spread evenly over each box: shape (samples * samples, boxes), since there are more boxes than samples."""
    left, top, right, bottom = boxes.T
    steps = (np.arange(samples)[:, None] + 0.5) / samples
    columns = (left + steps * (right - left)).astype(np.intp)
    rows = (top + steps * (bottom - top)).astype(np.intp)
    places = rows[:, None, :] * pixels.shape[1] + columns
    found: NDArray[Any] = pixels.ravel().take(places.reshape(samples * samples, len(boxes)))
    return found
