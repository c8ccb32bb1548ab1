"""The columns of a table, found from the white corridors between its cells, and the heads over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rag_core.documents.layout.phrases import Phrase
from rag_core.documents.reflow.lines import Floats

_BIN = 0.5  # points
_MAX_CROSSING = 0.06  # of the rows with cells: so many may cross a corridor
_MIN_CROSSED = 8  # rows: in smaller tables no row may
_MIN_CORRIDOR = 1.5  # points
_SLACK = 2.0  # points
_OFF_CENTRE = 0.12  # of the width of the columns that a head stands over


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


def columns_under(columns: Sequence[Column], row: Sequence[Phrase], rules: Floats, first: int) -> list[list[int]]:
    """The columns that each phrase of a row of heads stands over; columns before `first` hold labels.

    A line that is drawn under a head shows how far it reaches; else a head reaches as far to both sides as columns are
    free and it stays in the middle.
    """
    under = [_ruled(columns, phrase, rules, first) or _inked(columns, phrase) for phrase in row]
    claimed = [
        {column for group in [*under[:index], *under[index + 1 :]] for column in group} for index in range(len(row))
    ]
    return [
        _widened(columns, phrase, group, taken, first) for phrase, group, taken in zip(row, under, claimed, strict=True)
    ]


def _ruled(columns: Sequence[Column], phrase: Phrase, rules: Floats, first: int) -> list[int]:
    """The columns over which the line right below a head reaches; none where it reaches over all, or there is none."""
    for left, top, right, _ in rules.tolist():
        below = -0.3 * phrase.height <= top - phrase.bottom <= 0.8 * phrase.height
        if below and left - _SLACK <= phrase.left and phrase.right <= right + _SLACK:
            found = [i for i, column in enumerate(columns) if left - _SLACK <= column.centre <= right + _SLACK]
            if found and found[0] >= first and len(found) < len(columns) - first:
                return found
    return []


def _inked(columns: Sequence[Column], phrase: Phrase) -> list[int]:
    found = [
        i
        for i, column in enumerate(columns)
        if min(column.right, phrase.right) - max(column.left, phrase.left)
        > 0.25 * min(column.right - column.left, phrase.right - phrase.left)
    ]
    return found or [column_at(columns, phrase)]


def _widened(columns: Sequence[Column], phrase: Phrase, group: list[int], taken: set[int], first: int) -> list[int]:
    """The group with the free columns to both sides of it, as long as the head stays in their middle."""
    if group[0] < first or (len(group) == 1 and _is_centred(columns, phrase, group)):
        return group
    best = group
    while True:
        wider = [group[0] - 1, *group, group[-1] + 1]
        if wider[0] < first or wider[-1] >= len(columns) or taken & set(wider):
            return best
        group = wider
        best = group if _is_centred(columns, phrase, group) else best


def _is_centred(columns: Sequence[Column], phrase: Phrase, group: Sequence[int]) -> bool:
    left, right = columns[group[0]].left, columns[group[-1]].right
    return abs((left + right) / 2 - phrase.centre) <= max(_OFF_CENTRE * (right - left), _SLACK)
