"""Draws pages of a PDF as pixels."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from rag_core.errors import UserError

if TYPE_CHECKING:
    import pypdfium2 as pdfium

    from rag_core.documents.pdf.loading import LoadedPage
    from rag_core.documents.pdf.structure import Structure

MAX_PIXELS = 24_000_000  # 72 MB; larger pages are scaled down
_MAX_SIDE = 16_000  # pixels; browsers show no picture that is much longer


class OpenPages:
    """A PDF that stays open, so that its pages can be drawn one after the other."""

    def __init__(self, data: bytes, password: str | None) -> None:
        self._data, self._password = data, password
        self._changed: set[int] = set()
        self._stack = ExitStack()
        self._pdf, self._structure = self._open()

    def draw(self, number: int, width_px: int) -> tuple[int, int, bytes]:
        """Draw a page (numbers from 1) on white: width and height in pixels, and RGB bytes row by row.

        Raises UserError for a damaged page.
        """
        import pypdfium2 as pdfium

        from rag_core.documents.pdf.characters import paint_annotations
        from rag_core.documents.pdf.loading import load_content

        if number in self._changed:
            self._reopen()
        try:
            loaded = load_content(self._pdf, number - 1, self._structure)
        except pdfium.PdfiumError as error:
            raise UserError(f"has no picture of page {number}: the file is damaged there.") from error
        if loaded.first_added is not None:
            self._changed.add(number)  # what its annotations say is content now, and they are gone
        try:
            paint_annotations(self._pdf, loaded)
            return _rendered(loaded, width_px)
        finally:
            loaded.page.close()

    def _open(self) -> tuple[pdfium.PdfDocument, Structure]:
        from rag_core.documents.pdf.page_tree import open_whole
        from rag_core.documents.pdf.structure import Structure

        pdf, _ = self._stack.enter_context(open_whole(self._data, self._password))
        return pdf, Structure(pdf)

    def _reopen(self) -> None:
        self._stack.close()
        self._changed.clear()
        self._pdf, self._structure = self._open()


def _rendered(loaded: LoadedPage, width_px: int) -> tuple[int, int, bytes]:
    import numpy as np

    width, height = loaded.page.get_size()
    scale = min(width_px / width, (MAX_PIXELS / (width * height)) ** 0.5, _MAX_SIDE / max(width, height))
    image = loaded.page.render(scale=scale, rev_byteorder=True).to_numpy()
    pixels = np.ascontiguousarray(image[:, :, :3])
    return pixels.shape[1], pixels.shape[0], pixels.tobytes()
