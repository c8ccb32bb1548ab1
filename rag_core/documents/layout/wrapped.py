"""Cells of words that are set in several lines."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.documents.layout.phrases import Cells, Phrase, joined

_LEADING = 0.5  # of the height: lines of one cell are no further apart
_HANGING = 2.0  # heights: lines of one cell begin no further apart


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
