"""Cells that are set in several lines: words, and figures in columns that are too narrow for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.documents.layout.phrases import Cells, Phrase, glued, joined

_LEADING = 0.5  # of the height: lines of one cell are no further apart
_HANGING = 2.0  # heights: lines of one cell begin no further apart
_SAME_EDGE = 1.0  # points
_CUT = re.compile(r",\d{0,2}\Z")  # digits are missing after a comma
_WHOLE = re.compile(r"\A\(?\d{1,3}(?:,\d{3})+\)?\Z")


def with_whole_cells(rows: Sequence[Cells]) -> list[Cells]:
    """The rows, those that have no more than the next lines of cells of words joined with the row above.

    A line that has no other beside it is in the first column, unless it begins where such a cell above it does.
    """
    whole: list[Cells] = []
    for row in rows:
        cells = _in_own_column(whole[-1], row) if whole else row
        if whole and not cells[0] and _go_on(whole[-1], cells):
            pairs = zip(whole[-1], cells, strict=True)
            whole[-1] = [joined([part for part in pair if part]) if any(pair) else None for pair in pairs]
        else:
            whole.append(cells)
    return whole


def _in_own_column(above: Cells, cells: Cells) -> Cells:
    only = cells[0]
    if only is None or any(cells[1:]):
        return cells
    for index, cell in enumerate(above):
        if index and cell and not cell.is_figure and _is_next_line(cell, only):
            return [only if place == index else None for place in range(len(cells))]
    return cells


def _go_on(above: Cells, cells: Cells) -> bool:
    """Whether each cell of a row is the next line of the cell above it."""
    pairs = [(cell, below) for cell, below in zip(above, cells, strict=True) if below]
    return all(cell and not cell.is_figure and _is_next_line(cell, below) for cell, below in pairs)


def _is_next_line(cell: Phrase, below: Phrase) -> bool:
    near = below.top - cell.bottom <= _LEADING * cell.height
    return near and abs(below.left - cell.left) <= _HANGING * cell.height and not below.is_figure


def with_whole_figures(rows: Sequence[Cells]) -> list[Cells]:
    """The rows, figures that are cut within their digits because a column is too narrow joined with the rest below."""
    whole: list[Cells] = []
    for cells in rows:
        above = whole[-1] if whole else []
        cut = [index for index, cell in enumerate(above) if index and cell and _CUT.search(cell.text)]
        if cut and all(_is_completed(above[index], cells[index]) for index in cut) and _is_same_label(cells[0]):
            whole[-1] = [
                _with_rest(cell, below)
                if index in cut
                else joined([part for part in (cell, below) if part])
                if cell or below
                else None
                for index, (cell, below) in enumerate(zip(above, cells, strict=True))
            ]
        else:
            whole.append(cells)
    return whole


def _is_same_label(label: Phrase | None) -> bool:
    return label is None or label.text[0].islower()


def _is_completed(cell: Phrase | None, rest: Phrase | None) -> bool:
    """Whether the digits below a figure that is cut are as many as it lacks, and end where it does."""
    if cell is None or rest is None:
        return False
    digits = rest.words()[-1]
    near = digits.top - cell.bottom <= _LEADING * cell.height and abs(digits.right - cell.right) <= _SAME_EDGE
    return near and bool(_CUT.search(cell.text)) and bool(_WHOLE.search(cell.text + digits.text))


def _with_rest(cell: Phrase | None, rest: Phrase | None) -> Phrase:
    assert cell is not None
    assert rest is not None
    *signs, digits = rest.words()
    return joined([*signs, glued([cell, digits])])
