from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_maker import A4, canvas_pdf, mapped_pdf, one_page, pages_pdf, prose_lines

from rag_core import open_document
from rag_core.documents import Document, Page
from rag_core.documents.boxes import line_boxes
from rag_core.geometry import Box

PROSE = (
    "Chunking decides what a retriever can find, and every character of a chunk stands somewhere on a page; the boxes "
    "of a span must therefore cover exactly its words, line by line, whatever the span is and wherever it begins."
)


def letters_in_rows(text: str, *, top: float = 100, step: float = 5, height: float = 10) -> np.ndarray:
    """Boxes for text whose lines are below each other."""
    rows, left = [], 50.0
    for char in text:
        if char == "\n":
            top, left = top + 1.2 * height, 50.0
        rows.append([np.nan] * 4 if char.isspace() else [left, top, left + step, top + height])
        left += step if char != "\n" else 0
    return np.array(rows, dtype=np.float32).reshape(-1, 4)


def test_one_box_per_line() -> None:
    text = "two words\nnext line"
    assert line_boxes(text, letters_in_rows(text), 0, len(text)) == [Box(50, 100, 95, 110), Box(50, 112, 95, 122)]
    assert line_boxes(text, letters_in_rows(text), 4, 13) == [Box(70, 100, 95, 110), Box(50, 112, 65, 122)]


def test_no_box_for_nothing() -> None:
    text = "a \n b"
    boxes = letters_in_rows(text)
    assert line_boxes(text, boxes, 1, 4) == []
    assert line_boxes(text, boxes, 2, 2) == []


def test_a_wide_gap_begins_a_new_box() -> None:
    boxes = letters_in_rows("abcd")
    boxes[2:, [0, 2]] += 30
    assert line_boxes("abcd", boxes, 0, 4) == [Box(50, 100, 60, 110), Box(90, 100, 100, 110)]


def test_a_vertical_line_is_one_box() -> None:
    boxes = np.array([[20, 500 - 6 * n, 30, 506 - 6 * n] for n in range(12)], dtype=np.float32)
    assert line_boxes("rotated text", boxes, 0, 12) == [Box(20, 434, 30, 506)]


def test_slanted_text_has_one_box_per_letter() -> None:
    boxes = np.array([[5 * n, 5 * n, 5 * n + 9, 5 * n + 9] for n in range(12)], dtype=np.float32)
    assert len(line_boxes("slanted-text", boxes, 0, 12)) == 12


def test_right_to_left_letters_are_one_line() -> None:
    boxes = letters_in_rows("abcdefgh")[::-1]
    assert line_boxes("abcdefgh", boxes, 0, 8) == [Box(50, 100, 90, 110)]


@pytest.fixture(scope="module")
def prose() -> Document:
    columns = [*prose_lines(PROSE, left=60, width=40), *prose_lines(PROSE, left=320, width=40)]
    return open_document(pages_pdf(columns, prose_lines(PROSE)), name="prose.pdf")


@given(st.data())
def test_boxes_of_a_part_lie_within_those_of_the_whole(prose: Document, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(prose.text)), min_size=4, max_size=4).map(sorted))
    whole, part = prose.boxes(cuts[0], cuts[3]), prose.boxes(cuts[1], cuts[2])
    for page, boxes in part.items():
        for box in boxes:
            assert any(
                outer.left <= box.left
                and outer.top <= box.top
                and outer.right >= box.right
                and outer.bottom >= box.bottom
                for outer in whole[page]
            )


@given(st.data())
def test_boxes_hold_the_spans_letters_and_no_others(prose: Document, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.lists(st.integers(0, len(prose.text)), min_size=2, max_size=2)))
    boxes = prose.boxes(start, end)
    for page in prose.pages:
        for index in range(page.start, page.end):
            if prose.text[index].isspace():
                continue
            left, top, right, bottom = prose.char_boxes[index]
            x, y = (left + right) / 2, (top + bottom) / 2
            held = any(box.left <= x <= box.right and box.top <= y <= box.bottom for box in boxes.get(page.number, []))
            assert held == (start <= index < end)


def test_pages_of_a_span(prose: Document) -> None:
    first, second = prose.pages
    assert prose.pages_of(0, 10) == [first]
    assert prose.pages_of(first.end - 1, second.start + 1) == [first, second]
    assert prose.pages_of(first.end, second.start) == []
    assert prose.pages_of(5, 5) == []
    assert prose.pages_of(0, len(prose.text)) == [first, second]


def test_a_page_without_text_is_on_no_span() -> None:
    pages = (Page(1, 0, 5, 1, 1), Page(2, 5, 5, 1, 1), Page(3, 5, 9, 1, 1))
    document = Document(id="x", name="x", parser="x", text="fivefour!", pages=pages)
    assert [page.number for page in document.pages_of(4, 6)] == [1, 3]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (100, 150, 500, 700)])
def test_boxes_cover_the_glyphs_of_rotated_and_cropped_pages(rotation: int, crop) -> None:
    from rag_core.documents import page_picture

    box = b"/Rotate %d" % rotation
    if crop:
        box += b" /CropBox [%d %d %d %d]" % crop
    content = b"BT /F1 24 Tf 150 500 Td (Hidden words) Tj ET BT /F1 24 Tf 120 200 Td (Other) Tj ET"
    document = open_document(one_page(content, page=box), name="turned.pdf")
    page = document.pages[0]
    size = (400, 550) if crop else (600, 800)
    assert (page.width, page.height) == (size if rotation in (0, 180) else size[::-1])
    start = document.text.index("Hidden")
    [mark] = document.boxes(start, start + len("Hidden words"))[1]
    ink = pixels(page_picture(document, 1, 800).data) < 128
    scale = ink.shape[1] / page.width
    rows, columns = np.nonzero(ink)
    inside = (columns >= mark.left * scale - 1) & (columns <= mark.right * scale + 1)
    inside &= (rows >= mark.top * scale - 1) & (rows <= mark.bottom * scale + 1)
    word = ink[int(mark.top * scale) : int(mark.bottom * scale), int(mark.left * scale) : int(mark.right * scale)]
    assert word.mean() > 0.1
    assert 0.4 < inside.mean() < 0.95  # the other word is outside
    [other] = document.boxes(document.text.index("Other"), document.text.index("Other") + 5)[1]
    rest = (columns >= other.left * scale - 1) & (columns <= other.right * scale + 1)
    rest &= (rows >= other.top * scale - 1) & (rows <= other.bottom * scale + 1)
    assert (inside ^ rest).all()


def pixels(jpeg: bytes) -> np.ndarray:
    import io

    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("L"))


def test_words_outside_of_the_visible_page_are_left_out() -> None:
    content = b"BT /F1 12 Tf 150 500 Td (Seen) Tj ET BT /F1 12 Tf 20 20 Td (Unseen words) Tj ET"
    document = open_document(one_page(content, page=b"/CropBox [100 100 500 700]"), name="crop.pdf")
    assert document.text == "Seen"
    assert [(left.page, left.text) for left in document.left_out] == [(1, "Unseen words")]


def test_odd_characters() -> None:
    codes = {65: "\ufb03", 66: "😀", 67: "\0", 68: "e\u0301", 69: "漢", 70: "\u00ad", 71: "\ue000", 72: "\ud83d"}
    document = open_document(mapped_pdf(codes), name="odd.pdf")
    assert document.text == "ffi😀e\u0301漢-\ue000\ufffd"
    widths = document.char_boxes[:, 2] - document.char_boxes[:, 0]
    assert np.allclose(widths[:3], widths[0])  # the letters of a ligature share its box
    assert (np.diff(document.char_boxes[:3, 0]) > 1).all()
    assert (widths > 0).all()


def test_vertical_text_beside_the_page_is_one_box() -> None:
    def draw(canvas) -> None:
        canvas.setFont("Times-Roman", 12)
        for left, down, line in prose_lines(PROSE):
            canvas.drawString(left, A4[1] - down, line)
        canvas.rotate(90)
        canvas.drawString(300, -30, "arXiv:2302.13971v1 [cs.CL]")
        canvas.showPage()

    document = open_document(canvas_pdf(draw), name="stamp.pdf")
    assert " ".join(PROSE.split()) in document.text
    start = document.text.index("arXiv")
    [mark] = document.boxes(start, start + 26)[1]
    assert mark.bottom - mark.top > 100 > 20 > mark.right - mark.left


def test_boxes_are_read_only(prose: Document) -> None:
    with pytest.raises(ValueError, match="read-only"):
        prose.char_boxes[0] = 0
