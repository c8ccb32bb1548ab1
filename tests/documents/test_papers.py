"""Real papers and filings: every window of text is on its pages, and its boxes cover it and nothing else."""

from __future__ import annotations

import functools
import re
from collections import Counter

import numpy as np
import pypdfium2 as pdfium
import pytest

from rag_core import open_document
from rag_core.documents import Document
from rag_core.errors import UserError
from rag_core.text.superscripts import SUPERSCRIPT_OF
from tests.paths import ROOT

DATA = ROOT.parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs the development data beside the project")

NAMES = ["papers/llama", "papers/bert", "papers/roberta", "papers/superglue", "filings/2022_Q3_AAPL"]
WINDOW = 1000
each = pytest.mark.parametrize("name", [*NAMES, "filings/2023_Q2_NVDA"])


@functools.cache
def opened(name: str) -> Document:
    return open_document(DATA / f"{name}.pdf")


@functools.cache
def page_letters(name: str) -> dict[int, str]:
    """pdfium's own text of each page, letters and digits alone."""
    with pdfium.PdfDocument(DATA / f"{name}.pdf") as pdf:
        return {number: letters(page.get_textpage().get_text_bounded()) for number, page in enumerate(pdf, 1)}


def letters(text: str) -> str:
    """The letters and digits of a text, raised ones as others."""
    return re.sub(r"[\W_]+", "", text).translate({ord(raised): digit for digit, raised in SUPERSCRIPT_OF.items()})


def windows(document: Document) -> list[tuple[int, int]]:
    return [(start, min(start + WINDOW, len(document.text))) for start in range(0, len(document.text), WINDOW)]


@each
def test_the_words_of_every_window_are_on_its_pages(name: str) -> None:
    document = opened(name)
    missing, total = [], 0
    for start, end in windows(document):
        for page in document.pages_of(start, end):
            words = document.text[max(start, page.start) : min(end, page.end)].split()[1:-1]
            missing += [(page.number, word) for word in words if letters(word) not in page_letters(name)[page.number]]
            total += len(words)
    assert len(missing) <= total / 2000, missing  # words broken around a footnote, and marks put back in their lines


@each
def test_the_whole_text_layer_is_there(name: str) -> None:
    document = opened(name)
    for page in document.pages:
        left_out = "".join(left.text for left in document.left_out if left.page == page.number)
        mine = Counter(letters(document.text[page.start : page.end] + left_out))
        assert mine == Counter(page_letters(name)[page.number]), page.number


@each
def test_the_boxes_cover_the_window_and_nothing_else(name: str) -> None:
    document = opened(name)
    assert document.char_boxes is not None
    centres = (document.char_boxes[:, :2] + document.char_boxes[:, 2:]) / 2
    stray = total = 0
    for start, end in windows(document):
        for page_number, boxes in document.boxes(start, end).items():
            page = document.pages[page_number - 1]
            rows = np.array(boxes)
            on_page = centres[page.start : page.end]
            inside = ((on_page[:, None] >= rows[:, :2]) & (on_page[:, None] <= rows[:, 2:])).all(axis=2).any(axis=1)
            wanted = np.zeros(len(on_page), dtype=bool)
            wanted[max(start - page.start, 0) : end - page.start] = True
            wanted &= ~np.isnan(on_page[:, 0])
            assert (inside | ~wanted).all(), (page_number, start)
            stray += int((inside & ~wanted).sum())
            total += int(wanted.sum())
    assert stray <= total / 2000  # letters that figures print over each other


@each
def test_every_character_has_a_box_on_its_page(name: str) -> None:
    document = opened(name)
    assert document.char_boxes is not None
    blank = np.array([char.isspace() for char in document.text])
    assert np.array_equal(np.isnan(document.char_boxes[:, 0]), blank)
    for page in document.pages:
        boxes = document.char_boxes[page.start : page.end]
        boxes = boxes[~np.isnan(boxes[:, 0])]
        centres = (boxes[:, :2] + boxes[:, 2:]) / 2
        assert ((centres >= 0) & (centres <= (page.width, page.height))).all()


@each
def test_it_reads_well(name: str) -> None:
    text = opened(name).text
    assert "\n\n\n" not in text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\xad\ufb00-\ufb06\ufffe]", text)
    assert "  " not in text
    text.encode("utf-8")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("papers/llama", "To fully benefit from this optimization, we need to reduce the memory usage of the model by"),
        ("papers/llama", "it may be cheaper to train a large model to reach a certain level of performance, a smaller"),
        ("papers/llama", "we observe a lot of variance in performance, that may indicate that this benchmark is"),
        ("papers/bert", "Left-to-right language modeling and auto-encoder objectives have been used"),
        ("papers/bert", "Without TriviaQA fine-tuning data, we only lose 0.1-0.4 F1"),
        ("papers/bert", "we always predicted the majority class."),
        ("papers/roberta", "We present a set of important BERT design choices and training strategies and introduce "),
        ("papers/roberta", "BOOK-CORPUS plus WIKIPEDIA dataset as was used in Devlin et al. (2019)."),
        ("papers/superglue", "following the same procedure we use for the benchmark tasks (Section C)."),
        (
            "filings/2023_Q2_NVDA",
            "based on our business needs prior to firm orders being placed, but these changes may",
        ),
    ],
)
def test_sentences_run_across_lines_columns_and_pages(name: str, sentence: str) -> None:
    assert sentence in opened(name).text


def test_page_numbers_and_footers_are_left_out_and_listed() -> None:
    superglue, apple = opened("papers/superglue"), opened("filings/2022_Q3_AAPL")
    assert [(left.page, left.text) for left in superglue.left_out] == [(n, str(n)) for n in range(2, 30)]
    assert {left.text for left in apple.left_out} == {f"Apple Inc. | Q3 2022 Form 10-Q | {n}" for n in range(1, 23)}
    assert "Form 10-Q |" not in apple.text


def test_tables_keep_their_rows() -> None:
    text = opened("filings/2022_Q3_AAPL").text
    assert "\nServices 19,604 17,486 58,941 50,148\nTotal net sales 82,959 81,434 304,182 282,457\n" in text
    assert "\nGithub 4.5% 0.64 328 GB\nWikipedia 4.5% 2.45 83 GB\n" in opened("papers/llama").text


def test_a_scan_says_that_its_pages_are_images() -> None:
    with pytest.raises(UserError, match="none of its 3 pages has a text layer: they are images"):
        open_document(DATA / "papers/roberta_scanned_3_pages.pdf")


def test_the_gold_spans_of_the_corpora_count_on_the_text() -> None:
    for path in (DATA / "chunking").glob("*.md"):
        assert open_document(path).text == path.read_text(encoding="utf-8")


def test_a_document_knows_how_long_its_parse_took() -> None:
    assert open_document(DATA / "papers/llama.pdf").parse_ms > 0
