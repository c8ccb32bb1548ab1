"""Pictures of pages, drawn by processes that keep a few documents open; only what somebody looks at is drawn."""

from __future__ import annotations

import io
import threading
from typing import NamedTuple

from cachetools import LRUCache
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.documents.limits import MB, current_limits
from rag_core.documents.sandbox.page_drawer import PageDrawer
from rag_core.errors import UserError

MIN_WIDTH, MAX_WIDTH = 16, 4000  # pixels
_QUALITY = 85  # of JPEG; without subsampling, which blurs coloured text
_MAX_CACHED = 64 * MB
_MAX_DRAWERS = 3


class Picture(NamedTuple):
    """A page as JPEG; width and height in pixels."""

    data: bytes
    width: int
    height: int


def page_picture(document: Document, number: int, width_px: int) -> Picture:
    """A page (numbers from 1), from memory if it was drawn lately; very large pages are scaled down.

    Raises UserError for plain text and pages that cannot be drawn, ValueError for a page that does not exist.
    """
    page = next((page for page in document.pages if page.number == number), None)
    if page is None:
        raise ValueError(f"{document.label} has no page {number}")
    if page.width is None:
        raise UserError(f"{document.label} is plain text and has no pages to draw.")
    return _pictures.get(document, number, max(MIN_WIDTH, min(width_px, MAX_WIDTH)))


class _Drawers(LRUCache[tuple[str, str | None], PageDrawer]):
    """Those of the documents that were looked at last."""

    @override
    def popitem(self) -> tuple[tuple[str, str | None], PageDrawer]:
        key, drawer = super().popitem()
        drawer.retire()
        return key, drawer


class _Pictures:
    """Safe for several threads; pictures of one document are drawn one after the other."""

    def __init__(self, max_cached: int = _MAX_CACHED) -> None:
        self._lock = threading.Lock()
        self._cache: LRUCache[tuple[str, int, int], Picture] = LRUCache(max_cached, lambda one: len(one.data))
        self._drawers = _Drawers(_MAX_DRAWERS)

    def get(self, document: Document, number: int, width_px: int) -> Picture:
        key = (document.source_id, number, width_px)
        with self._lock:
            if (known := self._cache.get(key)) is not None:
                return known
            drawer = self._drawer(document)
        picture = _drawn(drawer, document, number, width_px)
        with self._lock:
            if len(picture.data) <= self._cache.maxsize:
                self._cache[key] = picture
        return picture

    def _drawer(self, document: Document) -> PageDrawer:
        key = (document.source_id, document.password)
        if key not in self._drawers:
            self._drawers[key] = PageDrawer(document.source, document.label, document.password)
        return self._drawers[key]


def _drawn(drawer: PageDrawer, document: Document, number: int, width_px: int) -> Picture:
    from PIL import Image

    header, body = drawer.draw(number, width_px, current_limits())
    width, height = header.get("width"), header.get("height")
    if type(width) is not int or type(height) is not int or min(width, height) < 1 or width * height * 3 != len(body):
        raise UserError(f"Page {number} of {document.label} could not be drawn.")
    out = io.BytesIO()
    Image.frombuffer("RGB", (width, height), body).save(out, format="JPEG", quality=_QUALITY, subsampling=0)
    return Picture(out.getvalue(), width, height)


_pictures = _Pictures()
