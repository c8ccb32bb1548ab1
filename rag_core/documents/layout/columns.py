"""The columns of a table, found from the white corridors between its cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rag_core.documents.layout.phrases import Phrase

_BIN = 0.5  # points
_MAX_CROSSING = 0.06  # of the rows with cells: so many may cross a corridor
_MIN_CROSSED = 8  # rows: in smaller tables no row may
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
    """The columns of rows of phrases, of which those with one phrase do not count."""
    cells = [phrase for row in rows if len(row) > 1 for phrase in row]
    if not cells:
        return []
    start = min(phrase.left for phrase in cells)
    size = int((max(phrase.right for phrase in cells) - start) / _BIN) + 2
    count = sum(len(row) > 1 for row in rows)
    crossing = max(1, int(_MAX_CROSSING * count)) if count >= _MIN_CROSSED else 0
    covered = np.zeros(size, dtype=np.intp)
    for phrase in cells:
        covered[int((phrase.left - start) / _BIN) : int((phrase.right - start) / _BIN) + 1] += 1
    edges = np.flatnonzero(np.diff(np.concatenate(([False], covered > crossing, [False])).astype(np.int8)))
    found = [Column(start + first * _BIN, start + end * _BIN) for first, end in edges.reshape(-1, 2).tolist()]
    return _merged(found)


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
