"""Draws a page of a PDF as pixels."""

from __future__ import annotations

from rag_core.documents.pdf.forms import flatten_form
from rag_core.documents.pdf.opening import open_pdf

MAX_PIXELS = 24_000_000  # 72 MB; larger pages are scaled down


def draw_page(data: bytes, password: str | None, number: int, width_px: int) -> tuple[int, int, bytes]:
    """Draw a page (numbers from 1) on white: width and height in pixels, and RGB bytes row by row."""
    import numpy as np

    with open_pdf(data, password) as pdf:
        page = pdf[number - 1]
        flatten_form(page)
        width, height = page.get_size()
        scale = min(width_px / width, (MAX_PIXELS / (width * height)) ** 0.5)
        image = page.render(scale=scale, rev_byteorder=True).to_numpy()
        pixels = np.ascontiguousarray(image[:, :, :3])
        return pixels.shape[1], pixels.shape[0], pixels.tobytes()
