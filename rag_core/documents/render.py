"""Draws a page as a PNG image, with highlighted boxes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from threading import Condition
from typing import NamedTuple

import numpy as np
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from rag_core.documents.document import Document
from rag_core.documents.limits import MB, current_limits
from rag_core.documents.sandbox.run import run
from rag_core.errors import UserError
from rag_core.geometry import Box

Highlight = tuple[Sequence[Box], str, float]
Pixels = NDArray[np.uint8]

_MIN_WIDTH, _MAX_WIDTH = 16, 4000  # pixels
_MAX_REPLY = 80 * MB
_MAX_CACHED = 64 * MB  # of pages without highlights


def render_page(
    document: Document, page_number: int, highlights: Sequence[Highlight] = (), *, width_px: int = 900
) -> bytes:
    """The page as PNG. A highlight is boxes in points, a colour "#rrggbb", and an opacity from 0 to 1.

    Highlights darken the page like a text marker, so that text stays readable; overlapping boxes of one highlight
    darken it once. Raises UserError for plain text and pages that cannot be drawn, ValueError for a page or colour that
    does not exist.
    """
    page = next((page for page in document.pages if page.number == page_number), None)
    if page is None:
        raise ValueError(f"{document.label} has no page {page_number}")
    if page.width is None:
        raise UserError(f"{document.label} is plain text and has no pages to draw.")
    bare = _draw(document, page_number, max(_MIN_WIDTH, min(width_px, _MAX_WIDTH)))
    return _png(_marked(bare, highlights, bare.shape[1] / page.width))


class _PageKey(NamedTuple):
    source_id: str
    page: int
    width_px: int


def _page_key(document: Document, page_number: int, width_px: int) -> _PageKey:
    return _PageKey(document.source_id, page_number, width_px)


# One page may be larger than the limit; it is then the only one.
_cache: LRUCache[_PageKey, Pixels] = LRUCache(_MAX_CACHED, lambda pixels: min(pixels.nbytes, _MAX_CACHED))


@cached(_cache, key=_page_key, condition=Condition())
def _draw(document: Document, page_number: int, width_px: int) -> Pixels:
    """The page without highlights, from memory if it was drawn lately: uint8 of shape (height, width, 3)."""
    task = {"task": "render", "password": document.password, "page": page_number, "width_px": width_px}
    header, body = run(task, document.source, document.label, current_limits(), _MAX_REPLY)
    width, height = header.get("width"), header.get("height")
    if type(width) is not int or type(height) is not int or min(width, height) < 1 or width * height * 3 != len(body):
        raise UserError(f"Page {page_number} of {document.label} could not be drawn.")
    return np.frombuffer(body, dtype=np.uint8).reshape(height, width, 3)


def _marked(bare: Pixels, highlights: Sequence[Highlight], scale: float) -> Pixels:
    """A copy of the page, multiplied with the highlights; `scale` is in pixels per point."""
    pixels = bare.copy()
    for boxes, colour, opacity in highlights:
        ink = 1 - opacity * (1 - np.array(_rgb(colour)) / 255)
        if not boxes:
            continue
        edges = np.array(boxes) * scale
        corners = np.concatenate((np.floor(edges[:, :2]), np.ceil(edges[:, 2:])), axis=1).clip(0).astype(int)
        (left, top), (right, bottom) = corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)
        part = pixels[top:bottom, left:right]
        mask = np.zeros(part.shape[:2], dtype=bool)
        for x, y, end_x, end_y in corners - np.array((left, top, left, top)):
            mask[y:end_y, x:end_x] = True
        part[mask] = (part[mask] * ink).astype(np.uint8)
    return pixels


def _rgb(colour: str) -> tuple[int, int, int]:
    if len(colour) != 7 or not colour.startswith("#"):
        raise ValueError(f"not a colour like #rrggbb: {colour!r}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _png(pixels: Pixels) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(pixels).save(out, format="PNG", compress_level=3)
    return out.getvalue()
