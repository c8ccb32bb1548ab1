"""Lays the heads of a row over columns, each over the middle of its own."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import cache

import numpy as np

from rag_core.documents.layout.phrases import Phrase

_UNCOVERED = 0.12  # of the distance between columns: the cost of a column that no head of a row stands over

Group = tuple[int, ...]


def pitch_of(centres: Sequence[float], first: int) -> float:
    """The distance between columns."""
    return float(np.median(np.diff(centres[first:]))) if len(centres) - first > 1 else 1.0


def laid(
    row: Sequence[Phrase], known: Sequence[Group], centres: Sequence[float], first: int, taken: Set[int]
) -> list[Group]:
    """The columns of each head of a row, so that heads are over the middles of theirs and few columns are left free.

    The columns that are `known` stay as they are; a head has several columns only where none of them is `taken` by
    another that stands beside it. None are found where there are more heads than columns.
    """
    count = len(centres)
    pitch = pitch_of(centres, first)

    @cache
    def best(place: int, column: int) -> tuple[float, tuple[Group, ...]]:
        """The lowest cost of the heads from `place` on over the columns from `column` on."""
        if place == len(row):
            return _UNCOVERED * pitch * (count - column), ()
        options = []
        for start in range(column, count):
            for end in range(start + 1, count + 1):
                group = tuple(range(start, end))
                if (known[place] and known[place] != group) or (len(group) > 1 and not taken.isdisjoint(group)):
                    continue
                off = abs((centres[start] + centres[end - 1]) / 2 - row[place].centre)
                cost, others = best(place + 1, end)
                options.append((off + cost + _UNCOVERED * pitch * (start - column), (group, *others)))
        return min(options, default=(float("inf"), ((),) * (len(row) - place)))

    return list(best(0, first)[1])
