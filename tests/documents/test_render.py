from __future__ import annotations

import io

import numpy as np
import pytest
from pdf_maker import canvas_pdf, encrypted_pdf, image_pdf, pages_pdf
from PIL import Image

from rag_core import open_document
from rag_core.documents import Document, render, render_page
from rag_core.documents.limits import MB
from rag_core.errors import UserError
from rag_core.geometry import Box

YELLOW = "#ffdd00"


@pytest.fixture
def document() -> Document:
    return open_document(pages_pdf([(72, 80, "Marked words on a page")], [(72, 80, "Second")]), name="a.pdf")


def image(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)))


def test_highlights_colour_the_paper_and_leave_the_ink_dark(document: Document) -> None:
    [box] = document.boxes(0, 12)[1]
    bare = image(render_page(document, 1, []))
    marked = image(render_page(document, 1, [([box], YELLOW, 1.0)]))
    assert bare.shape == marked.shape == (1274, 900, 3)
    scale = 900 / 595
    inside = np.s_[
        int(box.top * scale) + 1 : int(box.bottom * scale), int(box.left * scale) + 1 : int(box.right * scale)
    ]
    assert (marked[inside][(bare[inside] == 255).all(axis=2)] == (255, 221, 0)).all()
    assert marked[inside].min(axis=2).min() == 0
    assert (marked <= bare).all()
    changed = np.argwhere((marked != bare).any(axis=2)) / scale
    assert (changed.min(axis=0) >= np.array([box.top, box.left]) - 1).all()
    assert (changed.max(axis=0) <= np.array([box.bottom, box.right]) + 1).all()


def test_overlapping_boxes_darken_once_and_opacity_weakens(document: Document) -> None:
    boxes = [Box(100, 200, 200, 220), Box(150, 200, 250, 220)]
    marked = image(render_page(document, 1, [(boxes, "#000000", 0.5)]))
    assert set(np.unique(marked[310:325, 240:370])) == {127}


def test_boxes_over_the_edge_and_odd_sizes(document: Document) -> None:
    png = render_page(document, 2, [([Box(-50, -50, 9999, 9999)], "#808080", 1.0)], width_px=333)
    assert image(png).shape[1] == 333
    assert image(png).max() == 128


def test_repeats_need_no_child(document: Document, monkeypatch) -> None:
    first = render_page(document, 1, [], width_px=200)
    monkeypatch.setattr(render, "run", lambda *_: pytest.fail("drawn again"))
    assert render_page(document, 1, [], width_px=200) == first


def test_the_memory_of_drawn_pages_is_bounded(document: Document) -> None:
    cache = render._cache
    cache.clear()
    for width in range(2000, 2005):
        render_page(document, 1, [], width_px=width)
    assert 0 < len(cache) < 5
    assert sum(pixels.nbytes for pixels in cache.values()) <= 64 * MB


def test_encrypted_pages_are_drawn_with_the_password() -> None:
    document = open_document(encrypted_pdf("Secret", user="key"), name="a.pdf", password="key")
    assert image(render_page(document, 1, [])).min() < 100


def test_a_page_without_text_is_drawn() -> None:
    assert image(render_page(open_document(image_pdf(2, "Text"), name="a.pdf"), 2, [])).std() > 5


def test_a_page_a_mile_long_is_drawn_smaller() -> None:
    data = canvas_pdf(lambda canvas: canvas.drawString(72, 800, "x"), size=(595, 14400))
    document = open_document(data, name="a.pdf")
    height, width, _ = image(render_page(document, 1, [], width_px=4000)).shape
    assert height * width < 25_000_000
    assert height / width == pytest.approx(14400 / 595, rel=0.01)


def test_what_cannot_be_drawn(document: Document, monkeypatch) -> None:
    with pytest.raises(UserError, match=r"a\.txt is plain text"):
        render_page(open_document(b"words", name="a.txt"), 1, [])
    with pytest.raises(ValueError, match="no page 3"):
        render_page(document, 3, [])
    with pytest.raises(ValueError, match="not a colour"):
        render_page(document, 1, [([], "yellow", 1)])
    monkeypatch.setattr(render, "run", lambda *_: ({"width": 9, "height": 9}, b"short"))
    with pytest.raises(UserError, match=r"Page 1 of a\.pdf could not be drawn"):
        render_page(document, 1, [], width_px=77)
