"""Draws a page of a PDF as pixels."""

from __future__ import annotations

from rag_core.errors import UserError

MAX_PIXELS = 24_000_000  # 72 MB; larger pages are scaled down
_MAX_SIDE = 16_000  # pixels; browsers show no picture that is much longer


def draw_page(data: bytes, password: str | None, number: int, width_px: int) -> tuple[int, int, bytes]:
    """Draw a page (numbers from 1) on white: width and height in pixels, and RGB bytes row by row.

    Raises UserError for a damaged page.
    """
    import numpy as np
    import pypdfium2 as pdfium

    from rag_core.documents.pdf.characters import paint_annotations
    from rag_core.documents.pdf.loading import load_content
    from rag_core.documents.pdf.page_tree import open_whole
    from rag_core.documents.pdf.structure import Structure

    with open_whole(data, password) as (pdf, _):
        try:
            loaded = load_content(pdf, number - 1, Structure(pdf))
        except pdfium.PdfiumError as error:
            raise UserError(f"has no picture of page {number}: the file is damaged there.") from error
        paint_annotations(pdf, loaded)
        width, height = loaded.page.get_size()
        scale = min(width_px / width, (MAX_PIXELS / (width * height)) ** 0.5, _MAX_SIDE / max(width, height))
        image = loaded.page.render(scale=scale, rev_byteorder=True).to_numpy()
        pixels = np.ascontiguousarray(image[:, :, :3])
        return pixels.shape[1], pixels.shape[0], pixels.tobytes()
