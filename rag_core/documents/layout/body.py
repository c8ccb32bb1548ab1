"""Where the heads of a table end and its body begins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag_core.documents.layout.phrases import Phrase
from rag_core.documents.reflow.lines import Floats

_MAX_HEADS = 4  # rows between two lines that are drawn across
_NEAR = 2.5  # heights of a line between the line that is drawn over the heads and the first of them
_MOST_FIGURES = 0.5  # of the cells of a row of a table of words
_LONGER = 1.25  # times the width of a head: a line below it that is no longer underlines it

Rows = Sequence[Sequence[Phrase]]


def across_of(rows: Rows, rules: Floats) -> Floats:
    """The lines that are drawn from the left end of a table to its right end, from the top down."""
    left = min(phrase.left for row in rows for phrase in row)
    right = max(phrase.right for row in rows for phrase in row)
    slack = 2 * rows[0][0].height
    found = rules[(rules[:, 0] <= left + slack) & (rules[:, 2] >= right - slack)]
    return found[np.argsort(found[:, 1])]


def first_body_row(rows: Rows, across: Floats, rules: Floats) -> int:
    """The index of the first row that is not of heads.

    Lines drawn over and below the heads tell; in a table of words, a line below each of them. Else the first row with
    a figure that is no year is of the body, and the labels above it.
    """
    return _between_lines(rows, across) or _above_lines(rows, rules) or _above_figures(rows)


def _between_lines(rows: Rows, across: Floats) -> int:
    """How many rows are between the line drawn over the table and the next, or a later one where figures follow."""
    tops = across[:, 1].tolist()
    first = min(phrase.top for phrase in rows[0])
    height = rows[0][0].height
    above = [top for top in tops if first - _NEAR * height <= top <= first + 0.3 * height]
    if not above or _has_figures(rows[0]):
        return 0
    found = 0
    for top in tops:
        count = sum(_middle(row) < top for row in rows)
        if not 0 < count < len(rows) or count > _MAX_HEADS or any(map(_has_figures, rows[max(found, 1) : count])):
            continue
        if found == 0 or _has_figures(rows[count]):
            found = count
    return found


def _above_lines(rows: Rows, rules: Floats) -> int:
    """How many of the first rows of a table of words there are up to one that has a line below each of its phrases."""
    if any(len(row) > 1 and sum(cell.is_figure for cell in row[1:]) >= _MOST_FIGURES * len(row[1:]) for row in rows):
        return 0
    ruled = [len(row) > 1 and all(is_ruled(phrase, rules) for phrase in row) for row in rows[:_MAX_HEADS]]
    return ruled.index(True) + 1 if any(ruled) and len(rows) > ruled.index(True) + 1 else 0


def is_ruled(phrase: Phrase, rules: Floats) -> bool:
    """Whether there is a line below a phrase, longer than what would underline it."""
    left, top, right, _ = rules.T
    below = (top >= phrase.bottom - 0.3 * phrase.height) & (top <= phrase.bottom + 0.8 * phrase.height)
    longer = right - left >= _LONGER * (phrase.right - phrase.left)
    return bool(np.any(below & longer & (left <= phrase.centre) & (right >= phrase.centre)))


def _above_figures(rows: Rows) -> int:
    """The index of the first row that has a figure that is no year, or a label alone.

    A label alone stands at the left end of the table, or reaches below heads from there into the other columns.
    """
    left = min(phrase.left for row in rows for phrase in row)
    for index, row in enumerate(rows):
        if _has_figures(row) or (len(row) == 1 and _is_a_label(row[0], rows, index, left)):
            return index
    return 0


def _is_a_label(phrase: Phrase, rows: Rows, index: int, left: float) -> bool:
    """Whether the phrase of a row that has no other is a label, and no head beside others that are in two rows."""
    second = min((row[1].left for row in rows if len(row) > 1), default=left)
    below = rows[index + 1] if index + 1 < len(rows) else ()
    if len(below) > 1 and below[0].left > phrase.right and not any(cell.is_figure for cell in below):
        return False
    across = index > 0 and len(rows[index - 1]) > 1 and phrase.left < second < phrase.right and phrase.text[0] != "("
    beside = index > 0 and phrase.right < second  # in the middle of the table, over its labels
    return across or beside or phrase.left < left + 2 * phrase.height


def _has_figures(row: Sequence[Phrase]) -> bool:
    return any(phrase.is_figure and not phrase.is_year for phrase in row[1:])


def _middle(row: Sequence[Phrase]) -> float:
    return sum(phrase.top + phrase.bottom for phrase in row) / (2 * len(row))
