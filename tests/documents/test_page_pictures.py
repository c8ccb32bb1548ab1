"""Values of fields and notes are on the page picture, where their boxes are; what is hidden is not."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from rag_core import open_document
from rag_core.documents import Document, page_picture
from tests.documents.odd_pages import FIELD, LAYERS, NOTE, OFF, RECT, layered, odd_page

VALUE = b"/V (Value) /Contents (Value) "
PAGES = {
    "an appearance": odd_page(FIELD + RECT + b"/FT /Tx /V (As drawn) /AP << /N 10 0 R >>"),
    "a value": odd_page(FIELD + RECT + b"/FT /Tx " + VALUE),
    "in the middle": odd_page(FIELD + RECT + b"/FT /Tx /Q 1 " + VALUE),
    "turned": odd_page(FIELD + b"/Rect [150 600 170 800] /MK << /R 90 >> /FT /Tx " + VALUE),
    "upside down": odd_page(FIELD + RECT + b"/MK << /R 180 >> /FT /Tx " + VALUE),
    "a turned page": odd_page(FIELD + RECT + b"/FT /Tx " + VALUE, page=b"/Rotate 90"),
    "a cropped page": odd_page(FIELD + RECT + b"/FT /Tx " + VALUE, page=b"/CropBox [20 300 500 700]"),
    "too long for its field": odd_page(FIELD + b"/Rect [150 600 170 620] /FT /Tx " + VALUE),
    "a note": odd_page(NOTE + RECT + VALUE),
    "a note with an appearance": odd_page(NOTE + RECT + b"/Contents (As drawn) /AP << /N 10 0 R >>"),
}


def ink(document: Document, scale: float = 3) -> np.ndarray:
    """Where the picture of the first page is dark, in pixels of a third of a point."""
    width = round(scale * document.pages[0].width)
    return np.asarray(Image.open(io.BytesIO(page_picture(document, 1, width).data)).convert("L")) < 160


@pytest.mark.parametrize("pdf", PAGES.values(), ids=PAGES)
def test_the_value_is_drawn_within_its_boxes(pdf: bytes) -> None:
    document = open_document(pdf, name="form.pdf")
    word = "As drawn" if "As drawn" in document.text else "Value"
    start = document.text.index(word)
    boxes = document.boxes(start, start + len(word))[1]
    dark = ink(document)
    empty = ink(open_document(odd_page(page=_page_of(pdf)), name="empty.pdf"))
    rows, columns = np.nonzero(dark & ~empty)
    assert len(rows) > 100
    inside = np.zeros(len(rows), dtype=bool)
    for box in boxes:
        left, top, right, bottom = (3 * side for side in box)
        inside |= (columns >= left - 3) & (columns <= right + 3) & (rows >= top - 3) & (rows <= bottom + 3)
    assert inside.all()


def _page_of(pdf: bytes) -> bytes:
    """The turn and the crop box of a page."""
    return b"".join(part for part in (b"/Rotate 90", b"/CropBox [20 300 500 700]") if part in pdf)


@pytest.mark.parametrize(
    "pdf",
    [
        odd_page(FIELD.replace(b"/F 4", b"/F 2") + RECT + b"/FT /Tx " + VALUE),
        odd_page(FIELD + RECT + b"/FT /Tx /Ff 8192 " + VALUE),
        odd_page(NOTE + RECT + b"/Contents (As drawn) /AP << /N 10 0 R >> /OC " + OFF, catalog=LAYERS),
    ],
    ids=["hidden", "a password", "a layer that is off"],
)
def test_what_is_not_shown_is_not_drawn(pdf: bytes) -> None:
    assert np.array_equal(ink(open_document(pdf, name="a.pdf")), ink(open_document(odd_page(), name="b.pdf")))


def test_a_highlight_without_an_appearance_stays_on_the_picture() -> None:
    mark = b"/Subtype /Highlight /QuadPoints [50 616 90 616 50 600 90 600] /C [1 1 0] /F 4 /Rect [50 600 90 616]"
    document = open_document(odd_page(mark), name="marked.pdf")
    picture = np.asarray(Image.open(io.BytesIO(page_picture(document, 1, 600).data)))
    assert picture[186, 88] == pytest.approx((255, 255, 0), abs=4)  # JPEG is not exact


def test_words_in_a_layer_that_is_off_are_not_drawn() -> None:
    document = open_document(layered(OFF), name="layer.pdf")
    assert not ink(document)[3 * 180 : 3 * 220].any()
