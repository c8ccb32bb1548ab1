"""Pictures of pages: whatever the file is like, they show the page, in a bounded memory."""

from __future__ import annotations

import io

import numpy as np
import pytest
from pdf_maker import canvas_pdf, image_pdf, pages_pdf
from PIL import Image

from rag_core import open_document
from rag_core.documents import Document, page_picture, pictures
from rag_core.documents.limits import MB
from rag_core.documents.sandbox.page_drawer import PageDrawer
from rag_core.errors import UserError


@pytest.fixture
def document() -> Document:
    return open_document(pages_pdf([(72, 80, "Marked words on a page")], [(72, 80, "Second")]), name="a.pdf")


def image(document: Document, number: int, width_px: int = 900) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(page_picture(document, number, width_px).data)))


def test_repeats_are_not_drawn_again(document: Document, monkeypatch) -> None:
    first = page_picture(document, 1, 200)
    monkeypatch.setattr(PageDrawer, "draw", lambda *_: pytest.fail("drawn again"))
    assert page_picture(document, 1, 200) is first


def test_the_memory_of_pictures_and_the_number_of_processes_are_bounded(monkeypatch) -> None:
    monkeypatch.setattr(pictures, "_pictures", pictures._Pictures(max_cached=100_000))
    kept = pictures._pictures
    drawers = []
    for number in range(6):
        document = open_document(pages_pdf([(72, 80, f"Document {number}")]), name=f"{number}.pdf")
        for width in (700, 900):
            page_picture(document, 1, width)
        drawers.append(kept._drawers[document.source_id, None])
    assert 0 < sum(len(picture.data) for picture in kept._cache.values()) <= 100_000
    assert len(kept._cache) < 12
    assert [drawer.is_running for drawer in drawers] == [False] * 3 + [True] * 3


def test_a_page_without_text_is_drawn() -> None:
    assert image(open_document(image_pdf(2, "Text"), name="a.pdf"), 2).std() > 5


def test_a_page_a_mile_long_is_drawn_smaller() -> None:
    data = canvas_pdf(lambda canvas: canvas.drawString(72, 800, "x"), size=(595, 14400))
    height, width, _ = image(open_document(data, name="a.pdf"), 1, 4000).shape
    assert height * width < 25_000_000
    assert height / width == pytest.approx(14400 / 595, rel=0.01)


def test_a_reply_of_the_wrong_size_is_no_picture(document: Document, monkeypatch) -> None:
    monkeypatch.setattr(PageDrawer, "draw", lambda *_: ({"width": 9, "height": 9}, b"short"))
    with pytest.raises(UserError, match=r"Page 1 of a\.pdf could not be drawn"):
        page_picture(document, 1, 77)
    assert 0 < pictures._MAX_CACHED <= 64 * MB
