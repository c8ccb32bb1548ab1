"""The columns of a table, found from the white corridors between its cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from rag_core.documents.layout.phrases import Phrase, joined

_BIN = 0.5  # points
_MAX_CROSSING = 0.06  # of the rows with cells: so many may cross a corridor
_MIN_CROSSED = 8  # rows: in smaller tables no words but labels may
_MIN_CROSSED_BY_LABELS = 5  # rows
_MIN_CORRIDOR = 1.5  # points


class Column(NamedTuple):
    """Where a column begins and ends across the page, in points."""

    left: float
    right: float

    @property
    def centre(self) -> float:
        """Its middle."""
        return (self.left + self.right) / 2


def columns_of(rows: Sequence[Sequence[Phrase]]) -> list[Column]:
    """The columns of rows of phrases, of which those with one phrase do not count.

    Where a figure stands is a column. Words may cross a corridor in a few rows of a larger table, and in a smaller one
    the label of one row may reach below the figures of others.
    """
    rows = [row for row in rows if len(row) > 1]
    cells = [phrase for row in rows for phrase in row]
    if not cells:
        return []
    start = min(phrase.left for phrase in cells)
    size = int((max(phrase.right for phrase in cells) - start) / _BIN) + 2
    covered = _covered(cells, start, size)
    figures = _covered([_number(phrase) for row in rows for phrase in row[1:] if phrase.is_figure], start, size) > 0
    crossing = max(1, int(_MAX_CROSSING * len(rows))) if len(rows) >= _MIN_CROSSED else 0
    taken = figures | (covered > crossing)
    if _MIN_CROSSED_BY_LABELS <= len(rows) < _MIN_CROSSED and figures.any():
        others = _covered([phrase for row in rows for phrase in row[1:]], start, size) > 0
        shared = others | (covered > 1)
        first = int(np.flatnonzero(shared[: int(np.argmax(figures))]).max(initial=0)) + 1  # where most labels end
        taken[first:] = shared[first:]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], taken, [False])).astype(np.int8)))
    found = [Column(start + first * _BIN, start + end * _BIN) for first, end in edges.reshape(-1, 2).tolist()]
    return _merged(found)


def _covered(phrases: Sequence[Phrase], start: float, size: int) -> np.ndarray[Any, np.dtype[np.intp]]:
    """How many phrases stand over each bin of the width of a table."""
    covered = np.zeros(size, dtype=np.intp)
    for phrase in phrases:
        covered[int((phrase.left - start) / _BIN) : int((phrase.right - start) / _BIN) + 1] += 1
    return covered


def _number(figure: Phrase) -> Phrase:
    """A figure without the signs that may stand far from it."""
    words = [word for word in figure.words() if not word.is_sign]
    return joined(words) if words else figure


def _merged(columns: Sequence[Column]) -> list[Column]:
    """The columns without corridors that are too narrow to be any."""
    merged: list[Column] = []
    for column in columns:
        if merged and column.left - merged[-1].right < _MIN_CORRIDOR:
            merged[-1] = Column(merged[-1].left, column.right)
        else:
            merged.append(column)
    return merged


def column_at(columns: Sequence[Column], phrase: Phrase) -> int:
    """The column that a phrase shares the most with, or that is nearest to it."""
    shared = [min(column.right, phrase.right) - max(column.left, phrase.left) for column in columns]
    return int(np.argmax(shared))
