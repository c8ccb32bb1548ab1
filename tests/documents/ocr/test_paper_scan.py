"""The scan of a paper, read by real OCR once: its text against the text layer of the same pages, boxes and search."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest

from rag_core import open_document
from rag_core.documents.document import Document
from tests.benchmarks.answer_threshold import DATA
from tests.benchmarks.ocr import PAPER, QUESTIONS, SCAN, STRATEGIES, error_rates, right_pages, text_layer
from tests.documents.ocr.scans import needs_ocr

pytestmark = [needs_ocr, pytest.mark.skipif(not DATA.is_dir(), reason="needs the development data beside the project")]


@pytest.fixture(scope="module")
def scan() -> Document:
    return open_document(DATA / SCAN, parser="ocr", confirmed=True)


def test_few_characters_are_wrong(scan: Document) -> None:
    rates = error_rates(text_layer(DATA), scan.text)
    assert rates.anywhere < 0.03
    assert rates.in_order < 0.15  # footnotes stand at the end of their column


def test_ten_questions_find_their_pages(scan: Document) -> None:
    assert len(QUESTIONS) == 10
    assert all(right_pages(scan, STRATEGIES[1]))


def unique_words(document: Document, number: int) -> dict[str, tuple[int, int]]:
    """The longer words that stand once on a page, and once in all of it: where they are."""
    page = document.pages[number - 1]
    found = [(match[0], match.span()) for match in re.finditer(r"[A-Za-z]{5,}", document.text[page.start : page.end])]
    words = [word for word, _ in found]
    return {word: (page.start + start, page.start + end) for word, (start, end) in found if words.count(word) == 1}


def box_of(document: Document, span: tuple[int, int]) -> np.ndarray:
    assert document.char_boxes is not None
    boxes = document.char_boxes[span[0] : span[1]]
    return np.concatenate((boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)))


def test_words_stand_where_the_text_layer_has_them(scan: Document) -> None:
    paper = open_document(DATA / PAPER)
    away, checked = [], 0
    for number in (1, 2, 3):
        printed, read = unique_words(paper, number), unique_words(scan, number)
        for word in printed.keys() & read.keys():
            there, here = box_of(paper, printed[word]), box_of(scan, read[word])
            if there[3] - there[1] > 20 or here[3] - here[1] > 20:  # broken over two lines
                continue
            checked += 1
            if abs(there[[0, 2]] - here[[0, 2]]).max() > 2.5 or abs(there[[1, 3]] - here[[1, 3]]).max() > 5:
                away.append((word, there.round(), here.round()))
    assert checked > 400
    assert len(away) <= 0.03 * checked, away[:10]


def test_the_boxes_of_spans_cover_their_words_and_no_others(scan: Document) -> None:
    """200 random spans, by the pixels of the page: the ink of words inside the span's boxes, and of others outside."""
    import pypdfium2 as pdfium

    scale, chance = 3, random.Random(13)
    with pdfium.PdfDocument(DATA / SCAN) as pdf:
        inks = [page.render(scale=scale, grayscale=True).to_numpy().squeeze() < 128 for page in pdf]
    words = [match.span() for match in re.finditer(r"\S+", scan.text)]
    own, others = [0, 0], [0, 0]
    for _ in range(200):
        first = chance.randrange(len(words) - 15)
        chosen = words[first : first + chance.randrange(1, 15)]
        for number, boxes in scan.boxes(chosen[0][0], chosen[-1][1]).items():
            ink, page = inks[number - 1], scan.pages[number - 1]
            inside = np.zeros_like(ink)
            for box in boxes:
                left, top, right, bottom = (round(side * scale) for side in box)
                inside[top:bottom, left:right] = True
            for span in words:
                if not page.start <= span[0] < page.end:
                    continue
                for line in scan.boxes(*span)[number]:
                    left, top, right, bottom = (round(side * scale) for side in line)
                    part = ink[top:bottom, left:right]
                    counts = own if chosen[0][0] <= span[0] < chosen[-1][1] else others
                    counts[0] += int((part & inside[top:bottom, left:right]).sum())
                    counts[1] += int(part.sum())
    assert own[0] >= 0.98 * own[1]
    assert others[0] < 0.02 * others[1]
