"""Tables whose cells are drawn with lines, which pdfplumber finds."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from typing import Any

import numpy as np

from rag_core.documents.layout.grid import Grid
from rag_core.documents.layout.phrases import Phrase, joined, rows_of
from rag_core.documents.layout.rules import Rules
from rag_core.documents.reflow.lines import Floats, Line, PageChars

log = logging.getLogger(__name__)

_MIN_RULES = 2  # of each direction: fewer draw no grid
_MIN_SIDE = 2  # rows, and columns
_MAX_EMPTY = 0.5  # of the cells
_TOUCHING = 2.0  # points: words may reach as far over a line

Box = tuple[float, float, float, float]
DrawnCells = Sequence[Sequence[Box | None]]  # row by row


class DrawnTables:
    """The drawn tables of the pages of a file, which is opened when the first page with lines asks for its tables."""

    def __init__(self, data: bytes, password: str | None) -> None:
        self._data, self._password = data, password
        self._pdf: Any = None
        self.failed: list[int] = []

    def cells(self, chars: PageChars, lines: Sequence[Line], rules: Rules) -> list[DrawnCells]:
        """The boxes of the cells of each table of a page; none of a page that is turned, or without a drawn left side.

        pdfplumber takes a second for a page: the shades and lines of statements, which are no grid, are passed over.
        """
        if chars.turn or len(rules.horizontal) < _MIN_RULES or _left_sides(rules.vertical, lines) < 1:
            return []
        try:
            page = self._open().pages[chars.number - 1]
            left, top, right, bottom = page.bbox
            if page.rotation or abs(right - left - chars.width) + abs(bottom - top - chars.height) > 1:
                return []
            tables: list[DrawnCells] = [
                [[_moved(cell, left, top) for cell in row.cells] for row in t.rows] for t in page.find_tables()
            ]
            page.close()
        except Exception:  # whatever it finds wrong with a page: the columns are found without it
            log.exception("the drawn tables of page %d could not be read", chars.number)
            self.failed.append(chars.number)
            return []
        return tables

    def _open(self) -> Any:
        import pdfplumber

        if self._pdf is None:
            self._pdf = pdfplumber.open(io.BytesIO(self._data), password=self._password)
        return self._pdf


def _left_sides(vertical: Floats, lines: Sequence[Line]) -> int:
    """How many of the vertical lines have words beside them, and none to the left of them."""
    if not len(lines) or len(vertical) < _MIN_RULES:
        return 0
    middles = np.array([(line.top + line.bottom) / 2 for line in lines])
    lefts = np.array([line.left for line in lines])
    left, top, _, bottom = vertical.T[:, :, None]
    beside = (top <= middles) & (middles <= bottom)
    return int((beside.any(axis=1) & ~(beside & (lefts < left - _TOUCHING)).any(axis=1)).sum())


def _moved(cell: Box | None, left: float, top: float) -> Box | None:
    return None if cell is None else (cell[0] - left, cell[1] - top, cell[2] - left, cell[3] - top)


def drawn_grid(words: Sequence[Phrase], cells: DrawnCells) -> Grid | None:
    """The words in the cells that are drawn; None where that makes no table.

    Statements have lines and shades that part a sign from its figure, or reach over several figures: they are none.
    """
    if any(box is None for row in cells for box in row):
        return None
    rows = [[_cell(words, box) for box in row] for row in cells]
    rows = [row for row in rows if any(row)]
    if len(rows) < _MIN_SIDE or not rows or len({len(row) for row in rows}) > 1:
        return None
    used = [index for index in range(len(rows[0])) if any(row[index] for row in rows)]
    rows = [[row[index] for index in used] for row in rows]
    filled = [cell for row in rows for cell in row if cell]
    if len(used) < _MIN_SIDE or len(filled) < (1 - _MAX_EMPTY) * len(rows) * len(used):
        return None
    if any(_figures(cell) > 1 or cell.is_sign for cell in filled):
        return None
    heads, body = rows[0], rows[1:]
    if any(cell is not None and cell.is_figure and not cell.is_year for cell in heads[1:]):
        heads, body = [None] * len(used), rows
    return Grid(heads, body)


def words_within(words: Sequence[Phrase], cells: DrawnCells) -> list[Phrase]:
    """The words that stand in one of the cells."""
    boxes = np.array([box for row in cells for box in row if box], dtype=np.float32).reshape(-1, 4)
    return [word for word in words if _held(word, boxes)]


def _held(word: Phrase, boxes: np.ndarray[Any, Any]) -> bool:
    x, y = word.centre, (word.top + word.bottom) / 2
    left, top, right, bottom = boxes.T
    return bool(((left <= x) & (x <= right) & (top <= y) & (y <= bottom)).any())


def _cell(words: Sequence[Phrase], box: Box | None) -> Phrase | None:
    if box is None:
        return None
    found = [word for word in words if _held(word, np.array([box]))]
    return joined([word for row in rows_of(found) for word in row]) if found else None


def _figures(cell: Phrase) -> int:
    return sum(
        word.strip("()$%").replace(",", "").replace(".", "").isdigit() and len(word) > 1 for word in cell.text.split()
    )
