"""The line layout takes whatever characters, boxes and orders it is given, and loses none of them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_core.documents.parsed import Parsed
from rag_core.documents.reflow import page_lines
from rag_core.documents.reflow.assemble import reflow
from rag_core.documents.reflow.lines import PageChars
from rag_core.documents.sandbox.wire import pack, unpack
from rag_core.text.superscripts import SUPERSCRIPT_OF

CHARACTERS = "ab AB12 .,-(\n\n\x02\u00ad*•漢、あ한של)ا٣\u05b8\u0301\u200f😀\ufffd\u00a0"
SIDES = st.sampled_from([0.0, 5.0, 10.0, 11.5, 12.0, 50.0, 599.0, 800.0, -3.0, 1e30, np.inf, -np.inf, np.nan])
BOXES = st.tuples(*[SIDES | st.floats(width=32)] * 4)
ROWS = st.tuples(st.integers(0, 40), st.integers(0, 6))  # in cells of 6 by 12 points, so that they meet


def cell(column: int, row: int) -> tuple[float, float, float, float]:
    return (6.0 * column, 12.0 * row, 6.0 * column + 6, 12.0 * row + 10)


PAGES = st.lists(
    st.lists(st.tuples(st.sampled_from(CHARACTERS), ROWS.map(lambda place: cell(*place)) | BOXES), max_size=60),
    min_size=1,
    max_size=4,
)
SIZES = st.tuples(st.sampled_from([600.0, 1.0, 1e6]), st.sampled_from([800.0, 1.0, 1e6]))


PLAIN = {ord(raised): digit for digit, raised in SUPERSCRIPT_OF.items()} | {0x207A: "+", 0x207B: "-", 0x2212: "-"}


def made(pages: list, size: tuple[float, float]) -> list[PageChars]:
    made = []
    for number, chars in enumerate(pages, 1):
        boxes = np.array([[np.nan] * 4 if char.isspace() else box for char, box in chars], dtype=np.float32)
        made.append(PageChars(number, *size, "".join([char for char, _ in chars]), boxes.reshape(-1, 4)))
    return made


def inked(text: str) -> Counter[str]:
    """The characters of a text, but for white space and hyphens, which a broken word loses; raised ones as others."""
    return Counter(char for char in text.translate(PLAIN) if not char.isspace() and char not in "-\x02\u00ad()")


def check(pages: list[PageChars], parsed: Parsed) -> None:
    there = inked(parsed.text) + inked("".join(left.text for left in parsed.left_out))
    assert there == inked("".join(page.text for page in pages))
    assert parsed.char_boxes is not None
    blank = np.array([char.isspace() for char in parsed.text], dtype=bool)
    assert np.isnan(parsed.char_boxes[blank]).all()
    assert [page.number for page in parsed.pages] == [page.number for page in pages]
    assert unpack(*pack(parsed)).text == parsed.text


@given(PAGES, SIZES)
@settings(max_examples=400, deadline=None)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_no_character_is_lost_and_none_stops_the_layout(pages: list, size: tuple[float, float]) -> None:
    chars = made(pages, size)
    parsed = reflow(chars)
    check(chars, parsed)
    assert parsed.notices == ()


LINES = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.text("ab1.-漢ש(", min_size=1, max_size=8)), max_size=25
)


@given(LINES)
@settings(max_examples=400, deadline=None)
def test_lines_over_and_inside_each_other_keep_their_characters(lines: list[tuple[int, int, str]]) -> None:
    chars = [
        (char, (6.0 * left + 4 * i, 4.0 * top, 6.0 * left + 4 * i + 4, 4.0 * top + 10))
        for left, top, text in lines
        for i, char in enumerate([*text, "\n"])
    ]
    pages = made([chars], (600.0, 800.0))
    parsed = reflow(pages)
    check(pages, parsed)
    assert parsed.notices == ()


def test_a_mark_that_has_taken_up_another_one_finds_its_own_line() -> None:
    """A stray letter stands in the gap of a short line, and both stand in the gap of a long one."""
    rows = [("b", 54.0), ("a c", 48.0), ("words         words", 6.0)]
    chars = []
    for text, left in rows:
        chars += [(char, (left + 6 * i, 10.0, left + 6 * i + 5, 20.0)) for i, char in enumerate(text)]
        chars.append(("\n", (0.0,) * 4))
    parsed = reflow(made([chars], (600.0, 800.0)))
    assert parsed.text == "words ab c words"


def test_a_page_whose_layout_fails_is_there_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = page_lines.merge_fragments

    def fails_on_the_second(lines):
        if lines[0].page == 2:
            raise ValueError("list.remove(x): x not in list")
        return real(lines)

    monkeypatch.setattr(page_lines, "merge_fragments", fails_on_the_second)
    pages = made([[(char, cell(i, 1)) for i, char in enumerate(text)] for text in ("one", "two", "three")], (600, 800))
    parsed = reflow(pages)
    assert parsed.text == "one\n\ntwo\n\nthree"
    assert parsed.notices == ("The layout of page 2 could not be read: the lines there are in the order of the file.",)


def test_thousands_of_labels_on_one_page_are_read() -> None:
    """A map or a plan: none of its labels may take time for each of the others more than a moment."""
    chars = []
    for n in range(4000):
        left, top = 37.0 * (n % 80), 13.0 * (n // 80)
        chars += [(char, (left + 5 * i, top, left + 5 * i + 5, top + 10)) for i, char in enumerate(f"{n}")]
        chars.append(("\n", (0.0,) * 4))
    pages = made([chars], (3000.0, 700.0))
    check(pages, reflow(pages))
