"""Loads a page of a PDF in a size that it can be read and drawn in."""

from __future__ import annotations

import pypdfium2 as pdfium

_MIN_SIDE, _MAX_SIDE = 1.0, 1e6  # points; the PDF format ends at 14,400 units
_LETTER = (0.0, 0.0, 612.0, 792.0)  # left, bottom, right, top in points: what viewers show where a file gives no size


def load_page(pdf: pdfium.PdfDocument, index: int) -> tuple[pdfium.PdfPage, bool]:
    """A page (indices from 0), and whether the size that the file gives it had to be replaced.

    A crop box that leaves nothing of the page gives way to the media box, and an unusable media box to US Letter, as in
    other viewers. Raises PdfiumError for a damaged page.
    """
    page = pdf[index]
    media = page.get_mediabox(fallback_ok=False)  # None also for one that the page inherits
    if _is_usable(*page.get_size()):
        return page, media is not None and not _is_usable(*_size(media))  # pdfium has replaced that one
    box = media if media is not None and _is_usable(*_size(media)) else _LETTER
    page.set_mediabox(*box)
    page.set_cropbox(*box)
    page.close()
    return pdf[index], True  # boxes count from the next loading


def _size(box: tuple[float, float, float, float]) -> tuple[float, float]:
    left, bottom, right, top = box
    return abs(right - left), abs(top - bottom)


def _is_usable(width: float, height: float) -> bool:
    return min(width, height) >= _MIN_SIDE and max(width, height) <= _MAX_SIDE  # False for NaN
