"""Sentences as people see them."""

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


@pytest.mark.timeout(60)  # looking at a run of blanks once per blank took minutes
@pytest.mark.parametrize("name", BLANKS)
@pytest.mark.parametrize("line_breaks_end", [False, True])
def test_long_white_space_is_read_in_linear_time(name, line_breaks_end):
    load()
    text = BLANKS[name]
    found = sentences(text, Span(0, len(text)), line_breaks_end=line_breaks_end)
    assert text[found[-1].start : found[-1].end].endswith("Two.")


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
def test_lines_that_end_sentences_in_plain_text(text, expected):
    found = sentences(text, Span(0, len(text)), line_breaks_end=False)
    assert [text[start:end] for start, end in found] == expected
