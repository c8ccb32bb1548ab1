"""Pages whose text runs up, down or upside down are read like others, and their boxes are where the words are shown."""

from __future__ import annotations

import numpy as np
import pytest
from reportlab.pdfgen.canvas import Canvas

from rag_core import open_document
from rag_core.documents import Document
from tests.documents.ink import covers
from tests.documents.pdf_maker import A4, canvas_pdf, pages_pdf, prose_lines, turned

PROSE = (
    "A lock keeper opens the paddles slowly, because a sudden rush of water would throw the boats against the walls. "
    "Peat cutters stack the wet bricks in small towers, so that the wind can dry them from every side before autumn. "
)
COLUMNS = [*prose_lines(PROSE * 3, left=60, width=38), *prose_lines(PROSE[::-1] * 3, left=320, width=38)]
UPRIGHT = pages_pdf(COLUMNS, prose_lines(PROSE))


def sideways(canvas: Canvas) -> None:
    """A page whose letters themselves are set sideways: it is not turned by the file."""
    canvas.rotate(90)
    canvas.translate(0, -A4[0])
    canvas.setFont("Times-Roman", 11)
    for left, down, line in prose_lines(PROSE, width=60):
        canvas.drawString(left, A4[0] - down, line)
    canvas.showPage()


def has_boxes_on_its_words(document: Document) -> bool:
    found = np.array(list(covers(document, 40)))
    return bool((found[:, 0] >= 0.98).all() and (found[:, 1] < 0.02).all() and found[:, 2].mean() > 0.98)


@pytest.mark.parametrize("parser", ["pdfium", "layout"])
@pytest.mark.parametrize("rotation", [90, 180, 270])
@pytest.mark.parametrize("crop", [None, (30, 40, 570, 820)])
def test_a_page_that_is_shown_turned(parser: str, rotation: int, crop) -> None:
    document = open_document(turned(UPRIGHT, rotation, crop), name="turned.pdf", parser=parser)
    assert document.text == open_document(UPRIGHT, name="upright.pdf", parser=parser).text
    size = (540, 780) if crop else A4
    assert (document.pages[0].width, document.pages[0].height) == (size if rotation == 180 else size[::-1])
    assert has_boxes_on_its_words(document)


def test_letters_that_are_set_sideways() -> None:
    document = open_document(canvas_pdf(sideways), name="sideways.pdf")
    assert document.text == PROSE.strip()
    assert (document.pages[0].width, document.pages[0].height) == A4
    [lines] = document.boxes(0, len(PROSE)).values()
    assert all(line.bottom - line.top > 3 * (line.right - line.left) for line in lines)
    assert has_boxes_on_its_words(document)


def test_what_is_left_out_of_a_turned_page_has_its_boxes_too() -> None:
    numbered = pages_pdf(*[[*prose_lines(f"Chapter {n}. {PROSE[n:]}"), (290, 800, str(n))] for n in (1, 2, 3)])
    document = open_document(turned(numbered, 90), name="numbered.pdf")
    assert [(left.page, left.text) for left in document.left_out] == [(1, "1"), (2, "2"), (3, "3")]
    for left in document.left_out:
        [box] = left.boxes
        assert box.right < 60, "the foot of the page is at the left now"
        assert 280 < box.top < box.bottom < 305


def test_a_few_sideways_words_turn_no_page() -> None:
    def stamped(canvas: Canvas) -> None:
        for left, down, line in prose_lines(PROSE):
            canvas.drawString(left, A4[1] - down, line)
        canvas.rotate(90)
        canvas.drawString(300, -30, "Draft of the second of May")
        canvas.showPage()

    document = open_document(canvas_pdf(stamped), name="stamped.pdf")
    assert PROSE.strip() in " ".join(document.text.split())
    assert has_boxes_on_its_words(document)
