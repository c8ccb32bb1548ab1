"""Makes scans: pages of text as pictures, turned and mixed with pages of text; small, since OCR takes its time."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
import pytest
from PIL import Image
from pypdf import PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from rag_core.documents.ocr import extra
from tests.documents.pdf_maker import canvas_pdf

needs_ocr = pytest.mark.skipif(not extra.is_installed(), reason=f"needs the extra ocr: {extra.INSTALL}")
SIZE = (420.0, 200.0)
FONT_SIZE = 15
LINES = ["The lighthouse keeper counted", "forty-two ships before dawn,", "and wrote them in his ledger."]


def text_picture(lines: list[str] = LINES, size: tuple[float, float] = SIZE) -> Image.Image:
    """What a scanner sees of a page with these lines; the first baseline is 60 points from the top."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", FONT_SIZE)
        for number, line in enumerate(lines):
            canvas.drawString(40, size[1] - 60 - 24 * number, line)

    with pdfium.PdfDocument(canvas_pdf(draw, size=size)) as pdf:
        return pdf[0].render(scale=3).to_pil()


def scan_pdf(*pages: Image.Image | str, size: tuple[float, float] = SIZE, turn: int = 0) -> bytes:
    """A PDF of pictures, each filling its page, and of pages with a line of text; `turn` is the pages' /Rotate."""

    def draw(canvas: Canvas) -> None:
        for page in pages:
            if isinstance(page, str):
                canvas.drawString(40, size[1] - 60, page)
            else:
                data = io.BytesIO()
                page.save(data, "PNG")
                canvas.drawImage(ImageReader(data), 0, 0, *size)
            canvas.showPage()

    return _turned(canvas_pdf(draw, size=size), turn)


def _turned(data: bytes, degrees: int) -> bytes:
    out, writer = io.BytesIO(), PdfWriter(io.BytesIO(data))
    for page in writer.pages:
        page.rotate(degrees)
    writer.write(out)
    return out.getvalue()
