"""The labels of rows that are set in several lines, or once for several rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rag_core.documents.layout.phrases import Cells, Phrase, joined
from rag_core.documents.reflow.lines import Floats

_UNFINISHED = re.compile(r"\b(?:an?|and|as|at|by|for|from|in|of|on|or|the|to|upon|with)\Z")  # no label ends so
_WORD_SPACE = 0.25  # of the height
_TIGHTER = 0.25  # of the height: lines of one label are so much closer to each other than rows
_HANGING = 2.0  # heights: lines of one label begin no further apart
_BETWEEN = -0.15  # of the height: a label beside two rows reaches so far into the height of both


def with_whole_labels(rows: Sequence[Cells]) -> list[Cells]:
    """The rows, those that hold no more than a further line of a label joined with the row of its first or last."""
    usual, limit = _usual_gap(rows), _right_end(rows)
    whole: list[Cells] = []
    for cells in rows:
        before = whole[-1] if whole else None
        if before and _is_label_alone(before) and cells[0] is None and _gap(before, cells) < _height(cells):
            whole[-1] = [before[0], *cells[1:]]  # a label at the top of its row, and figures at the bottom
        elif before is None or before[0] is None or cells[0] is None:
            whole.append(cells)
        elif _is_label_alone(before) and _goes_on(before, cells, usual, limit):
            whole[-1] = [joined([before[0], cells[0]]), *cells[1:]]
        elif any(before[1:]) and _is_label_alone(cells) and _ends_in(before, cells, usual, limit):
            whole[-1] = [joined([before[0], cells[0]]), *before[1:]]
        else:
            whole.append(cells)
    return whole


def with_labels_around(rows: Sequence[Cells]) -> list[Cells]:
    """The rows, figures that stand at the middle of two lines of a label joined with both."""
    found: list[Cells] = []
    for cells in rows:
        first, middle = found[-2:] if len(found) > 1 else (None, None)
        if (
            first
            and middle
            and _is_label_alone(first)
            and middle[0] is None
            and _is_label_alone(cells)
            and max(_gap(first, middle), _gap(middle, cells)) < _BETWEEN * _height(cells)
        ):
            found[-2:] = [[joined([part[0] for part in (first, cells) if part[0]]), *middle[1:]]]
        else:
            found.append(cells)
    return found


def with_shared_labels(rows: Sequence[Cells], across: Floats) -> list[Cells]:
    """The rows, each with the label that is set once beside the middle of several of them.

    Such a label has as many rows above it as below, up to rows with labels of their own or a line drawn across. It
    stands between two rows, or beside one where lines set its rows apart.
    """
    found = list(rows)
    for index, cells in enumerate(rows):
        label = cells[0]
        if label is None:
            continue
        alone = _is_label_alone(cells)
        group = _group(rows, index, label, across)
        between = alone and _stands_between(rows, index)
        if len(group) > 1 and (between or (not alone and _is_set_apart(rows, index, group, across))):
            for other in group:
                own = found[other][0]
                found[other] = [label if own is None else joined([label, own]), *found[other][1:]]
            if alone:
                found[index] = []
    return [cells for cells in found if cells]


def _group(rows: Sequence[Cells], index: int, label: Phrase, across: Floats) -> list[int]:
    """The rows above and below that have no label where this one stands: as many above as below."""
    reach = 0
    while all(
        0 <= other < len(rows)
        and any(rows[other][1:])
        and _is_free(rows[other], label)
        and not _is_parted(rows[index], rows[other], across)
        for other in (index - reach - 1, index + reach + 1)
    ):
        reach += 1
    return [index + step for step in range(-reach, reach + 1) if step]


def _is_free(cells: Cells, label: Phrase) -> bool:
    return cells[0] is None or cells[0].left > label.right


def _is_parted(cells: Cells, others: Cells, across: Floats) -> bool:
    """Whether a line is drawn across between two rows."""
    low, high = sorted((_middle(cells), _middle(others)))
    return bool(((across[:, 1] > low) & (across[:, 1] < high)).any())


def _is_set_apart(rows: Sequence[Cells], index: int, group: Sequence[int], across: Floats) -> bool:
    """Whether lines are drawn above and below a group, or the table ends there, and there are such lines at all."""
    first, last = group[0], group[-1]
    above = first == 0 or _is_parted(rows[first - 1], rows[first], across)
    below = last == len(rows) - 1 or _is_parted(rows[last], rows[last + 1], across)
    any_lines = first > 0 or last < len(rows) - 1 or len(across) > 1
    return above and below and any_lines and rows[index][1] is not None


def _stands_between(rows: Sequence[Cells], index: int) -> bool:
    """Whether a label reaches into the height of both the row above it and the row below."""
    if not 0 < index < len(rows) - 1:
        return False
    height = _height(rows[index])
    gaps = (_gap(rows[index - 1], rows[index]), _gap(rows[index], rows[index + 1]))
    return max(gaps) < _BETWEEN * height


def _goes_on(cells: Cells, below: Cells, usual: float | None, limit: float) -> bool:
    """Whether a label that is alone is cut off, and the next row has the rest."""
    label, rest = cells[0], below[0]
    assert label is not None
    assert rest is not None
    if label.text.endswith(":") or abs(rest.left - label.left) > _HANGING * label.height:
        return False
    indented = rest.left > label.left + 0.5 * label.height
    within = rest.text[:1].islower() and not (indented and _has_room(label, rest, limit))
    return within or bool(_UNFINISHED.search(label.text)) or _is_tight(cells, below, usual)


def _ends_in(cells: Cells, below: Cells, usual: float | None, limit: float) -> bool:
    """Whether the label of a row with figures goes on in the next line, which has nothing else."""
    label, rest = cells[0], below[0]
    assert label is not None
    assert rest is not None
    if label.text.endswith(":") or rest.text.endswith(":") or abs(rest.left - label.left) > _HANGING * label.height:
        return False
    cut = rest.text[:1].islower() and not _has_room(label, rest, limit)
    return cut or bool(_UNFINISHED.search(label.text)) or _is_tight(cells, below, usual)


def _has_room(label: Phrase, rest: Phrase, limit: float) -> bool:
    """Whether the first word of the next line would have stood in the line of a label, before the end of its column."""
    first = rest.words()[0]
    return label.right + _WORD_SPACE * label.height + first.right - first.left <= limit


def _is_tight(cells: Cells, below: Cells, usual: float | None) -> bool:
    """Whether two lines are closer to each other than rows are."""
    label, rest = cells[0], below[0]
    if usual is None or label is None or rest is None:
        return False
    return rest.top - label.bottom < usual - _TIGHTER * label.height


def _usual_gap(rows: Sequence[Cells]) -> float | None:
    """The distance between rows with figures that follow each other."""
    full = [all((cells[0], any(cells[1:]))) for cells in rows]
    gaps = [_gap(*rows[at : at + 2]) for at in range(len(rows) - 1) if full[at] and full[at + 1]]
    return float(np.median(gaps)) if gaps else None


def _right_end(rows: Sequence[Cells]) -> float:
    """Where the longest label of a row with figures ends."""
    return max((cells[0].right for cells in rows if cells[0] and any(cells[1:])), default=0.0)


def _is_label_alone(cells: Cells) -> bool:
    return cells[0] is not None and not any(cells[1:])


def _gap(cells: Cells, below: Cells) -> float:
    return min(cell.top for cell in below if cell) - max(cell.bottom for cell in cells if cell)


def _height(cells: Cells) -> float:
    return max(cell.height for cell in cells if cell)


def _middle(cells: Cells) -> float:
    found = [cell for cell in cells if cell]
    return sum(cell.top + cell.bottom for cell in found) / (2 * len(found))
