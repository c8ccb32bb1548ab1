"""Which columns of a table each of its heads stands over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from rag_core.documents.layout.columns import Column, column_at
from rag_core.documents.layout.phrases import Phrase, joined
from rag_core.documents.reflow.lines import Floats

_SLACK = 2.0  # points
_UNCOVERED = 0.12  # of the distance between columns: the cost of a column that no head of a row stands over
_HEAD_GAP = 0.3  # of the height: two heads are at least this far apart
_OVER = 0.7  # of the narrower of a head and its column
_NARROW = 0.9  # of the distance between columns: such a head over the middle of three columns is of one
_OFF_CENTRE = 0.25  # of the distance between columns
_OFF_MIDDLE = 0.45  # of the distance between columns

_SPANNING = re.compile(
    r"\A\(|\b(?:19|20)\d\d\)?\Z|\bended\b", re.IGNORECASE
)  # a unit or a period, often of several columns

Group = tuple[int, ...]


def heads_of(
    columns: Sequence[Column], rows: Sequence[Sequence[Phrase]], rules: Floats, first: int
) -> list[Phrase | None]:
    """The heads over each column, from the top down, joined; the columns before `first` hold labels.

    A line drawn under a head shows how far it reaches. Else the heads of a row are laid over the columns so that each
    stands in the middle of its own; the lowest row tells best where the middles are.
    """
    found: list[list[Phrase]] = [[] for _ in columns]
    centres = [column.centre for column in columns]
    for row in reversed(rows):
        parts = [part for phrase in row for part in _cut(columns, phrase)]
        labels = [part for part in parts if column_at(columns, part) < first]
        over = [part for part in parts if column_at(columns, part) >= first]
        groups = [_ruled(columns, part, rules, first) or _single(part, centres, first) for part in over]
        if len(over) == len(columns) - first:
            groups = [(index,) for index in range(first, len(columns))]
            centres[first:] = [part.centre for part in over]
        elif over and not all(groups):
            groups = _even(over, groups, centres, first) or _laid(over, groups, centres, first)
        placed = [(label, (column_at(columns, label),)) for label in labels] + list(zip(over, groups, strict=True))
        for index, heads in enumerate(found):
            heads[:0] = [phrase for phrase, group in placed if index in group]
    return [joined(heads) if heads else None for heads in found]


def _ruled(columns: Sequence[Column], phrase: Phrase, rules: Floats, first: int) -> Group:
    """The columns over which the line right below a head reaches; none where it reaches over all, or there is none."""
    for left, top, right, _ in rules.tolist():
        below = -0.3 * phrase.height <= top - phrase.bottom <= 0.8 * phrase.height
        if below and left - _SLACK <= phrase.left and phrase.right <= right + _SLACK:
            found = [i for i, column in enumerate(columns) if left - _SLACK <= column.centre <= right + _SLACK]
            if found and found[0] >= first and len(found) < len(columns) - first:
                return tuple(found)
    return ()


def _even(row: Sequence[Phrase], found: Sequence[Group], centres: Sequence[float], first: int) -> list[Group]:
    """The columns of periods each of which stands about the middle of as many columns; none where they do not."""
    width, left_over = divmod(len(centres) - first, len(row))
    if len(row) < 2 or left_over or not all(_SPANNING.search(phrase.text) for phrase in row):
        return []
    groups = [tuple(range(start, start + width)) for start in range(first, len(centres), width)]
    middles = [(centres[group[0]] + centres[group[-1]]) / 2 for group in groups]
    off = max(abs(middle - phrase.centre) for middle, phrase in zip(middles, row, strict=True))
    agreed = all(set(ruled) <= set(group) for ruled, group in zip(found, groups, strict=True))
    return groups if agreed and off <= _OFF_MIDDLE * _pitch(centres, first) else []


def _laid(row: Sequence[Phrase], ruled: Sequence[Group], centres: Sequence[float], first: int) -> list[Group]:
    """The columns of each head of a row, so that heads are over the middles of theirs and few columns are left free."""
    count = len(centres)
    pitch = _pitch(centres, first)

    @cache
    def best(place: int, column: int) -> tuple[float, tuple[Group, ...]]:
        """The lowest cost of the heads from `place` on over the columns from `column` on."""
        if place == len(row):
            return _UNCOVERED * pitch * (count - column), ()
        options = []
        for start in range(column, count):
            for end in range(start + 1, count + 1):
                group = tuple(range(start, end))
                if ruled[place] and ruled[place] != group:
                    continue
                off = abs((centres[start] + centres[end - 1]) / 2 - row[place].centre)
                cost, others = best(place + 1, end)
                options.append((off + cost + _UNCOVERED * pitch * (start - column), (group, *others)))
        return min(options, default=(float("inf"), ((),) * (len(row) - place)))

    return list(best(0, first)[1])


def _single(phrase: Phrase, centres: Sequence[float], first: int) -> Group:
    """The column of a head that is not wider and stands over its middle; none of one that may be of several."""
    pitch = _pitch(centres, first)
    nearest = min(range(first, len(centres)), key=lambda index: abs(centres[index] - phrase.centre))
    narrow = phrase.right - phrase.left < _NARROW * pitch and not _SPANNING.search(phrase.text)
    return (nearest,) if narrow and abs(centres[nearest] - phrase.centre) < _OFF_CENTRE * pitch else ()


def _pitch(centres: Sequence[float], first: int) -> float:
    """The distance between columns."""
    return float(np.median(np.diff(centres[first:]))) if len(centres) - first > 1 else 1.0


def _cut(columns: Sequence[Column], phrase: Phrase) -> list[Phrase]:
    """The heads of a phrase: those that are set close to each other are cut where each is over its own column."""
    groups: dict[int, list[Phrase]] = {}
    for word in phrase.words():
        groups.setdefault(column_at(columns, word), []).append(word)
    parts = [joined(group) for group in groups.values()]
    apart = all(after.left - before.right >= _HEAD_GAP * phrase.height for before, after in pairwise(parts))
    over = all(_is_over(columns[index], part) for index, part in zip(groups, parts, strict=True))
    return parts if apart and over else [phrase]


def _is_over(column: Column, phrase: Phrase) -> bool:
    shared = min(column.right, phrase.right) - max(column.left, phrase.left)
    return shared >= _OVER * min(column.right - column.left, phrase.right - phrase.left)
