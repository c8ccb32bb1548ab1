"""Small scans made here and read by real OCR: words, boxes, order, turned pages, and mixed documents."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from PIL import Image

from rag_core import open_document
from rag_core.documents.document import Document
from rag_core.documents.ocr.page_words import PageWords
from rag_core.errors import NoTextLayer
from rag_core.parts.parser import get_parser
from rag_core.parts.parser.ocr import Ocr
from rag_core.parts.parser.offer import PagesUnread
from rag_core.pipeline.opening import source_of
from tests.documents.ocr.scans import FONT_SIZE, LINES, SIZE, needs_ocr, scan_pdf, text_picture
from tests.documents.odd_pages import unmapped

pytestmark = needs_ocr
TEXT = " ".join(LINES)


@functools.cache
def scan() -> Document:
    return open_document(scan_pdf(text_picture()), name="scan.pdf", parser="ocr")


def test_a_scan_says_which_parser_reads_it() -> None:
    with pytest.raises(NoTextLayer, match=r"it is an image.*--parser ocr"):
        open_document(scan_pdf(text_picture()), name="scan.pdf")


def test_the_words_of_a_scan_are_one_paragraph() -> None:
    document = scan()
    assert document.text == TEXT
    assert document.parser == "ocr"
    assert document.notices[0].startswith("Page 1 was read by OCR: 0 of 14 words are doubtful")
    assert document.ocr_pages == ()


def test_the_boxes_of_words_are_where_they_were_printed() -> None:
    document = scan()
    assert document.char_boxes is not None
    blank = np.array([char.isspace() for char in document.text])
    assert np.array_equal(np.isnan(document.char_boxes[:, 0]), blank)
    for number, line in enumerate(LINES):
        start = document.text.index(line)
        [box] = document.boxes(start, start + len(line))[1]
        assert box.left == pytest.approx(40, abs=2)
        baseline = 60 + 24 * number
        assert baseline - FONT_SIZE < box.top < baseline - 0.6 * FONT_SIZE
        assert baseline - 1 < box.bottom < baseline + 0.4 * FONT_SIZE


def test_boxes_cover_the_ink_of_their_words_and_of_no_other() -> None:
    document, ink = scan(), np.array(text_picture().convert("L")) < 128
    scale = ink.shape[1] / SIZE[0]
    start = document.text.index("ships")
    inside = np.zeros_like(ink)
    for box in document.boxes(start, start + len("ships before"))[1]:
        left, top, right, bottom = (round(side * scale) for side in box)
        inside[top:bottom, left:right] = True
    line = document.text.index(LINES[1])
    [whole] = document.boxes(line, line + len(LINES[1]))[1]
    rows = slice(round(whole.top * scale), round(whole.bottom * scale))
    columns = np.flatnonzero((inside & ink)[rows].any(axis=0))
    marked = ink[rows, columns[0] : columns[-1] + 1]
    assert (inside[rows, columns[0] : columns[-1] + 1] & marked).sum() >= 0.98 * marked.sum()
    # Blank columns are left and right of the box: it cuts no neighbour.
    assert not ink[rows, columns[0] - 4 : columns[0] - 1].any()
    assert not ink[rows, columns[-1] + 2 : columns[-1] + 5].any()


def test_pages_with_text_keep_it_and_pages_without_are_offered() -> None:
    data = scan_pdf("The text layer says so.", text_picture(), "And again.")
    opened = open_document(data, name="mixed.pdf")
    assert opened.ocr_pages == (2,)
    assert "Page 2 has no text layer" in opened.notices[0]
    document = open_document(data, name="mixed.pdf", parser="ocr")
    texts = [document.text[page.start : page.end] for page in document.pages]
    assert texts == ["The text layer says so.", TEXT, "And again."]
    assert document.notices[0].startswith("Page 2 was read by OCR")
    assert not any("no text layer" in notice for notice in document.notices)


def test_a_whole_document_is_read_only_once_that_is_confirmed() -> None:
    data = scan_pdf("The text layer says so.", size=(420, 120))
    with pytest.raises(PagesUnread, match=r"To be read by OCR: 1 page, about .*--yes"):
        open_document(data, name="text.pdf", parser=Ocr(pages="all"))
    document = open_document(data, name="text.pdf", parser=Ocr(pages="all"), confirmed=True)
    assert document.text == "The text layer says so."
    assert document.notices[0].startswith("Page 1 was read by OCR")


def test_a_page_that_a_viewer_turns_is_read_as_it_is_displayed() -> None:
    picture = text_picture().rotate(90, expand=True)  # the viewer turns it back
    size = (SIZE[1], SIZE[0])
    document = open_document(scan_pdf(picture, size=size, turn=90), name="turned.pdf", parser="ocr")
    assert document.text == TEXT
    assert (document.pages[0].width, document.pages[0].height) == SIZE
    [box] = document.boxes(0, 13)[1]
    assert box.left == pytest.approx(40, abs=2)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_scan_that_lies_on_its_side_or_head_is_turned_to_be_read(degrees: int) -> None:
    picture = text_picture().rotate(degrees, expand=True)
    size = SIZE if degrees == 180 else (SIZE[1], SIZE[0])
    document = open_document(scan_pdf(picture, size=size), name="lying.pdf", parser="ocr")
    assert document.text == TEXT
    assert "Page 1 was turned to be read." in document.notices
    assert (document.pages[0].width, document.pages[0].height) == size
    ink = np.array(picture.convert("L")) < 128
    scale = ink.shape[1] / size[0]
    start = document.text.index(LINES[2])
    [box] = document.boxes(start, len(document.text))[1]
    left, top, right, bottom = (round(side * scale) for side in box)
    assert 0.2 < ink[top:bottom, left:right].sum() / ink.sum() < 0.45  # a line of three


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [f"left column {word} runs on" for word in ("one", "two", "three", "four", "five")]
    right = [f"right column {word} ends up" for word in ("six", "seven", "eight", "nine", "ten")]
    size = (420.0, 200.0)
    page = Image.new("RGB", (2 * 1260, 600), "white")
    for place, lines in enumerate((left, right)):
        page.paste(text_picture(lines, size), (place * 1260, 0))
    document = open_document(scan_pdf(page, size=(840, 200)), name="columns.pdf", parser="ocr")
    assert [document.text.index(line) for line in (*left, *right)] == sorted(
        document.text.index(line) for line in (*left, *right)
    )


def test_a_picture_without_words_has_none() -> None:
    data = scan_pdf("Words.", Image.new("RGB", (200, 100), "#88aacc"))
    document = open_document(data, name="blank.pdf", parser="ocr")
    assert document.text == "Words."
    assert document.notices[0].startswith("Page 2 was read by OCR: 0 of 0 words")


def test_pages_are_read_once_for_all_fields() -> None:
    parser = get_parser("ocr").paged()
    assert parser is not None
    assert parser.made_by(None) == Ocr(pages="all").made_by(None)
    assert all("missing" not in part for part in parser.made_by(None))


def test_results_of_pages_are_checked() -> None:
    with pytest.raises(ValueError, match="less than or equal to 1"):
        PageWords.model_validate_json('{"lines": [[["word", 0.9, false, 0, 0, 7, 1]]]}')


def test_a_page_whose_font_has_no_unicode_counts_as_one_without_text() -> None:
    data = unmapped(b"ABCA", b"65 /g1 /g2 /g3")
    document = open_document(data, name="font.pdf")
    assert document.ocr_pages == (1,)
    assert "OCR reads them" in document.notices[0]
    with pytest.raises(PagesUnread) as raised:
        get_parser("ocr").read(source_of(data), None)
    assert raised.value.offer.pages == (1,)
