"""The reading order of lines by their places alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.documents.ocr.columns import in_columns
from rag_core.documents.ocr.line_heights import evened

HEIGHT = 10.0


def line(left: float, top: float, width: float) -> list[float]:
    return [left, top, left + width, top + HEIGHT]


def order(*lines: list[float]) -> list[list[int]]:
    return in_columns(np.array(lines, dtype=float).reshape(-1, 4))


def test_columns_come_one_after_the_other_between_titles() -> None:
    title, left = line(100, 0, 400), [line(50, 20 + 14 * i, 200) for i in range(6)]
    right = [line(300, 20 + 14 * i, 200) for i in range(6)]
    found = order(title, *(one for pair in zip(left, right, strict=True) for one in pair), line(60, 120, 430))
    assert found == [[0], [1], [3], [5], [7], [9], [11], [2], [4], [6], [8], [10], [12], [13]]


def test_three_columns() -> None:
    columns = [[line(20 + 150 * place, 14 * i, 130) for i in range(5)] for place in range(3)]
    found = order(*(columns[place][i] for i in range(5) for place in range(3)))
    assert [index for row in found for index in row] == [*range(0, 15, 3), *range(1, 15, 3), *range(2, 15, 3)]


def test_a_table_is_read_by_rows() -> None:
    cells = [cell for i in range(6) for cell in (line(50, 14 * i, 180), line(300, 14 * i, 40), line(380, 14 * i, 40))]
    assert order(*cells) == [[3 * i, 3 * i + 1, 3 * i + 2] for i in range(6)]


def test_pieces_of_one_line_are_one_row() -> None:
    assert order(line(50, 0, 100), line(160, 1, 100), line(50, 14, 210)) == [[0, 1], [2]]


def test_a_page_without_lines() -> None:
    assert in_columns(np.zeros((0, 4))) == []
    assert len(evened(np.zeros((0, 4)))) == 0


sides = st.floats(0, 600, allow_nan=False, width=32)


@given(st.lists(st.tuples(sides, sides, st.floats(1, 300), st.floats(1, 40)), max_size=30))
def test_every_line_is_read_once(boxes: list[tuple[float, float, float, float]]) -> None:
    placed = np.array([[x, y, x + w, y + h] for x, y, w, h in boxes], dtype=float).reshape(-1, 4)
    found = [index for row in in_columns(placed) for index in row]
    assert sorted(found) == list(range(len(boxes)))


def test_lines_of_one_size_get_one_height() -> None:
    full, low, bracketed, heading = [50, 0, 250, 10], [50, 14, 250, 21.5], [50, 27, 250, 38], [50, 50, 250, 70]
    found = evened(np.array([full, low, bracketed, full_at(41), heading], dtype=float))
    heights = found[:, 3] - found[:, 1]
    assert heights[:4] == pytest.approx(heights[0], rel=0.05)
    assert heights[4] == 20


def full_at(top: float) -> list[float]:
    return [50, top, 250, top + 10]
