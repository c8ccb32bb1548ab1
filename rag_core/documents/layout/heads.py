"""Which columns of a table each of its heads stands over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag_core.documents.layout.columns import Column, column_at
from rag_core.documents.layout.laying import Group, laid, pitch_of
from rag_core.documents.layout.phrases import Phrase, joined
from rag_core.documents.reflow.lines import Floats

_SLACK = 2.0  # points
_HEAD_GAP = 0.3  # of the height: two heads are at least this far apart
_OVER = 0.7  # of the narrower of a head and its column
_NARROW = 0.9  # of the distance between columns: such a head over the middle of three columns is of one
_OFF_CENTRE = 0.25  # of the distance between columns
_OFF_MIDDLE = 0.45  # of the distance between columns
_SAME_EDGE = 1.5  # points
_LEADING = 0.4  # of the height: lines of one head are no further apart
_BESIDE = 0.3  # of the height: heads that overlap so far stand beside each other

_SPANNING = re.compile(
    r"\A\(|\b(?:19|20)\d\d\)?\Z|\bended\b", re.IGNORECASE
)  # a unit or a period, often of several columns

Heads = list[list[Phrase]]


def heads_of(
    columns: Sequence[Column], rows: Sequence[Sequence[Phrase]], rules: Floats, first: int
) -> list[Phrase | None]:
    """The heads over each column, from the top down, joined; the columns before `first` hold labels.

    A line drawn under a head shows how far it reaches, as does the head whose first lines it is. Else the heads of a
    row are laid over the columns so that each stands in the middle of its own; the lowest row tells best where the
    middles are.
    """
    found: Heads = [[] for _ in columns]
    centres = [column.centre for column in columns]
    placed: list[tuple[Phrase, Group]] = []
    for row in reversed(rows):
        parts = _with_shared_columns(columns, [part for phrase in row for part in _cut(columns, phrase)])
        labels = [part for part in parts if column_at(columns, part) < first]
        over = [part for part in parts if column_at(columns, part) >= first]
        groups = _groups(columns, over, placed, rules, centres, first)
        new = [(part, group or (column_at(columns, part),)) for part, group in zip(over, groups, strict=True)]
        new += [(label, (column_at(columns, label),)) for label in labels]
        for index, heads in enumerate(found):
            heads[:0] = [phrase for phrase, group in new if index in group]
        placed += new
    return [joined(heads) if heads else None for heads in found]


def _groups(
    columns: Sequence[Column],
    over: Sequence[Phrase],
    below: Sequence[tuple[Phrase, Group]],
    rules: Floats,
    centres: list[float],
    first: int,
) -> list[Group]:
    """The columns of each head of a row, above others that are placed; notes where heads of their own are centred."""
    groups = [
        _ruled(columns, part, rules, first) or _stacked(part, below, rules) or _single(part, centres, first)
        for part in over
    ]
    if len(over) == len(columns) - first and not _are_shifted(columns[first:], over):
        centres[first:] = [part.centre for part in over]
        return [(index,) for index in range(first, len(columns))]
    if not over or all(groups):
        return groups
    taken = {index for part in over for phrase, group in below if _is_beside(part, phrase) for index in group}
    return _even(over, groups, centres, first) or laid(over, groups, centres, first, taken)


def _with_shared_columns(columns: Sequence[Column], parts: Sequence[Phrase]) -> list[Phrase]:
    """The heads of a row, those that stand within one column as one."""
    shared: list[Phrase] = []
    for part in parts:
        column = columns[column_at(columns, part)]
        within = [column.left - _SLACK <= phrase.centre <= column.right + _SLACK for phrase in (part, *shared[-1:])]
        if len(within) > 1 and all(within):
            shared[-1] = joined([shared[-1], part])
        else:
            shared.append(part)
    return shared


def _are_shifted(columns: Sequence[Column], heads: Sequence[Phrase]) -> bool:
    """Whether one of as many heads as there are columns stands over another one than its own, and not over its own."""
    shared = [_shared(column, head) > 0 for column, head in zip(columns, heads, strict=True)]
    nearest = [column_at(columns, head) == index for index, head in enumerate(heads)]
    return not all(own or near for own, near in zip(shared, nearest, strict=True))


def _ruled(columns: Sequence[Column], phrase: Phrase, rules: Floats, first: int) -> Group:
    """The columns over which the line right below a head reaches; none where it reaches over all, or there is none."""
    for left, top, right, _ in rules.tolist():
        below = -0.3 * phrase.height <= top - phrase.bottom <= 0.8 * phrase.height
        if below and left - _SLACK <= phrase.left and phrase.right <= right + _SLACK:
            found = [i for i, column in enumerate(columns) if left - _SLACK <= column.centre <= right + _SLACK]
            if found and found[0] >= first and len(found) < len(columns) - first:
                return tuple(found)
    return ()


def _stacked(phrase: Phrase, below: Sequence[tuple[Phrase, Group]], rules: Floats) -> Group:
    """The columns of the next line of a head, which is right below and has the same middle or the same left end."""
    under = [
        (other, group)
        for other, group in below
        if min(other.right, phrase.right) > max(other.left, phrase.left)
        and other.top - phrase.bottom <= _LEADING * phrase.height
    ]
    if len(under) != 1:
        return ()
    other, group = under[0]
    aligned = min(abs(other.centre - phrase.centre), abs(other.left - phrase.left)) <= _SAME_EDGE
    middle = (phrase.top + phrase.bottom) / 2, (other.top + other.bottom) / 2
    between = (rules[:, 1] > middle[0]) & (rules[:, 1] < middle[1])
    parted = between & (rules[:, 0] <= phrase.centre) & (rules[:, 2] >= phrase.centre)
    return group if aligned and not parted.any() and not _SPANNING.search(phrase.text) else ()


def _is_beside(phrase: Phrase, other: Phrase) -> bool:
    """Whether a head of a lower row reaches so far up that it stands beside another."""
    return phrase.bottom - other.top > _BESIDE * phrase.height


def _even(row: Sequence[Phrase], found: Sequence[Group], centres: Sequence[float], first: int) -> list[Group]:
    """The columns of periods each of which stands about the middle of as many columns; none where they do not."""
    width, left_over = divmod(len(centres) - first, len(row))
    if len(row) < 2 or left_over or not all(_SPANNING.search(phrase.text) for phrase in row):
        return []
    groups = [tuple(range(start, start + width)) for start in range(first, len(centres), width)]
    middles = [(centres[group[0]] + centres[group[-1]]) / 2 for group in groups]
    off = max(abs(middle - phrase.centre) for middle, phrase in zip(middles, row, strict=True))
    agreed = all(set(ruled) <= set(group) for ruled, group in zip(found, groups, strict=True))
    return groups if agreed and off <= _OFF_MIDDLE * pitch_of(centres, first) else []


def _single(phrase: Phrase, centres: Sequence[float], first: int) -> Group:
    """The column of a head that is not wider and stands over its middle; none of one that may be of several."""
    pitch = pitch_of(centres, first)
    nearest = min(range(first, len(centres)), key=lambda index: abs(centres[index] - phrase.centre))
    narrow = phrase.right - phrase.left < _NARROW * pitch and not _SPANNING.search(phrase.text)
    return (nearest,) if narrow and abs(centres[nearest] - phrase.centre) < _OFF_CENTRE * pitch else ()


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
    return _shared(column, phrase) >= _OVER * min(column.right - column.left, phrase.right - phrase.left)


def _shared(column: Column, phrase: Phrase) -> float:
    return min(column.right, phrase.right) - max(column.left, phrase.left)
