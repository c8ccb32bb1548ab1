"""The lines that stand above the rows of a table, or beside them, and belong to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from rag_core.documents.layout.phrases import close_phrases, words_of
from rag_core.documents.layout.rows import Region, Row
from rag_core.documents.markup.captions import is_caption
from rag_core.documents.reflow.lines import Floats

_MAX_STEP = 2.6  # heights of a line between the rows of one table
_MAX_LABELS = 4  # between the heads and the first row of figures
_MAX_HEAD_WORDS = 8  # of such a label
_MAX_WORDS = 14  # of a line of heads between two drawn lines: longer ones are prose
_MAX_STUB_WORDS = 4  # of the label of several rows beside them
_MAX_HEADS = 7.0  # heights of a line between the line drawn over the heads and the first row
_MAX_GAP = 6.0  # heights of a line between columns
_SAME_CENTRE = 1.5  # points


def labels_beside(region: Region, rows: Sequence[Row], rules: Floats) -> list[Row]:
    """The labels that stand to the left of rows, each of several of them, where the lines drawn across reach so far.

    Where one is as long as prose, none is: it is the column of text beside a table.
    """
    top, height = min(row.line.top for row in region.rows), region.rows[0].line.height
    across = region.across(rules)
    near = across[(across[:, 1] >= top - _MAX_HEADS * height) & (across[:, 1] <= region.bottom + height)]
    if not len(near):
        return []
    left = float(near[:, 0].max()) - height
    found = [
        row
        for row in rows
        if left <= row.line.left
        and row.line.right <= region.left + height
        and top <= (row.line.top + row.line.bottom) / 2 <= region.bottom
    ]
    return found if all(len(row.line.text.split()) <= _MAX_STUB_WORDS for row in found) else []


def heads_above(region: Region, rows: Sequence[Row], rules: Floats) -> list[Row]:
    """The lines right above a region that stand over its columns, and labels of rows below them."""
    first = min(region.rows, key=lambda row: row.line.top)
    above = [row for row in rows if (row.line.top + row.line.bottom) / 2 <= first.line.top + 0.5 * first.line.height]
    right = _right_end(region, first, rules)
    above = [row for row in above if row.line.right >= region.left and row.line.left <= right]
    above.sort(key=lambda row: -row.line.bottom)
    return _below_a_rule(region, above, rules) or _over_columns(region, above, right)


def _right_end(region: Region, first: Row, rules: Floats) -> float:
    """Where the columns end: the last of them may have a head only, with a line below it beside those of the others."""
    bottom, height = first.line.bottom, first.line.height
    level = rules[np.abs(rules[:, 1] - bottom) <= 0.8 * height]
    beside = level[level[:, 0] <= region.right + _MAX_GAP * height]
    lines = len(beside) > 1 and not first.has_figures
    return max(region.right, float(beside[:, 2].max())) if lines else region.right


def _below_a_rule(region: Region, above: Sequence[Row], rules: Floats) -> list[Row]:
    """The lines between the first row and the line that is drawn across over the heads, which has no prose below it."""
    first = min(region.rows, key=lambda row: row.line.top)
    height, found = first.line.height, list[Row]()
    for _, top, _, _ in reversed(region.across(rules).tolist()):
        if top > first.line.top + 0.5 * height:
            continue
        below = [row for row in above if row.line.top >= top - 0.3 * height]
        if first.line.top - top > _MAX_HEADS * height or not all(_is_of_heads(region, row) for row in below):
            break
        found = below
    return found


def _is_of_heads(region: Region, row: Row) -> bool:
    text, slack = row.line.text, 3 * row.line.height
    figures = any(phrase.is_figure and not phrase.is_year for phrase in row.phrases)
    within = region.left - slack <= row.line.left and row.line.right <= region.right + slack
    prose = text.endswith((".", ":")) or len(text.split()) > _MAX_WORDS or is_caption(text)
    return within and not figures and not prose


def _over_columns(region: Region, above: Sequence[Row], right: float) -> list[Row]:
    """The lines over the columns from the lowest up, and the labels between them."""
    found: list[Row] = []
    labels: list[Row] = []
    first = min(region.rows, key=lambda row: row.line.top)
    top, height = first.line.top, first.line.height
    start = region.second_column() - 2 * height
    for row in above:
        near = (top - row.line.bottom) / height <= _MAX_STEP
        over = row.phrases[0].left >= start and row.line.right <= right + 3 * height
        over &= len(row.phrases) > 1 or not _is_title(row, above, start)
        over |= not found and _has_a_head_for_each(region, row)
        words = row.line.text.split()
        if not near or is_caption(row.line.text) or (len(words) > _MAX_HEAD_WORDS and words[-1].endswith(".")):
            break
        if over:
            found += [*labels, row]
            labels = []
        elif region.is_label(row) and len(words) <= _MAX_HEAD_WORDS and len(labels) < _MAX_LABELS:
            labels.append(row)
        else:
            break
        top = min(top, row.line.top)
    return found


def _has_a_head_for_each(region: Region, row: Row) -> bool:
    """Whether the words of a line are as many groups as there are columns: heads set close to each other."""
    counts = Counter(len(other.phrases) for other in region.rows if other.is_cells)
    (columns, _), *_ = counts.most_common(1)
    figures = any(phrase.is_figure and not phrase.is_year for phrase in row.phrases)
    within = region.left - 2 * row.line.height <= row.line.left and row.line.right <= region.right + 2 * row.line.height
    return columns > 2 and within and not figures and len(close_phrases(words_of(row.line))) == columns


def _is_title(row: Row, above: Sequence[Row], start: float) -> bool:
    """Whether a line is the last of centred ones of which others begin left of the columns."""
    middle, height = row.line.left + row.line.right, row.line.height
    return any(
        other.line.left < start
        and abs(other.line.left + other.line.right - middle) < 2 * _SAME_CENTRE
        and 0 <= row.line.top - other.line.bottom + height < 3 * height
        for other in above
    )
