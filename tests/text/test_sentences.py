"""Sentences as people see them."""

import time
from dataclasses import replace

import numpy as np
import pytest

from rag_core.geometry import Span
from rag_core.text.sentences import load, sentences

HUGE = 200_000
BLANKS = {
    "blanks": "One." + " " * HUGE + "Two.",
    "tabs and blanks": "One." + " \t" * (HUGE // 2) + "Two.",
    "line ends": "One. " + "\n" * HUGE + "Two.",
    "blank lines": "One." + " \n" * (HUGE // 2) + "Two.",
    "blanks behind a bar": "| One." + " |" + " " * HUGE + "Two.",
}


@pytest.mark.parametrize("name", BLANKS)
@pytest.mark.parametrize("is_pdf", [False, True])
def test_white_space_costs_no_time(name, is_pdf, text_document):
    load()
    document = text_document(BLANKS[name])
    if is_pdf:
        document = replace(document, char_boxes=np.zeros((0, 4), np.float32))
    started = time.perf_counter()
    found = sentences(document, Span(0, len(document.text)))
    assert time.perf_counter() - started < 2
    assert document.text[found[-1].start : found[-1].end].endswith("Two.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A wrapped\nline. Another.", ["A wrapped\nline.", "Another."]),
        ("A head\n\nA text.", ["A head", "A text."]),
        ("As follows  \n  \n - one\n - two", ["As follows", "- one", "- two"]),
        ("Head\r\n# Next\r\ntext", ["Head", "# Next\r\ntext"]),
        ("| a | b |  \n| c | d |\nText.", ["| a | b |", "| c | d |", "Text."]),
        ("As Fig. 3 of Smith et al. shows. Yes.", ["As Fig. 3 of Smith et al. shows.", "Yes."]),
    ],
)
def test_lines_that_end_sentences_in_plain_text(text, expected, text_document):
    document = text_document(text)
    assert [text[start:end] for start, end in sentences(document, Span(0, len(text)))] == expected
