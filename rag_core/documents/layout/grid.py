"""A table as rows of cells under heads, and its text as Markdown with a box for each character of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from rag_core.documents.layout.columns import Column, column_at, columns_of
from rag_core.documents.layout.heads import heads_of
from rag_core.documents.layout.phrases import Phrase, joined, phrases_of, rows_of
from rag_core.documents.reflow.lines import Floats
from rag_core.geometry import Span

_MIN_FIGURES = 0.5  # of the cells of a column of figures
_SPLIT_SLACK = 1.0  # points
_UNFINISHED = re.compile(r"\b(?:an?|and|as|at|by|for|from|in|of|on|or|the|to|upon|with)\Z")  # no label ends so
_WORD_SPACE = 0.35  # of the height: cells are not so close
Cells = list[Phrase | None]


@dataclass(frozen=True, eq=False)
class Grid:
    """The heads of the columns, all None where there are none, and the rows: a cell or None for each column."""

    heads: Cells
    rows: list[Cells]


class MarkdownTable(NamedTuple):
    """The Markdown of a table, boxes of shape (len(text), 4) with NaN for marks, and the span of its heads."""

    text: str
    boxes: Floats
    head: Span | None


def grid_of(words: Sequence[Phrase], rules: Floats) -> Grid | None:
    """The grid of the words of a table; None where it has no columns."""
    rows = [phrases_of(row) for row in rows_of(words)]
    body = _first_body_row(rows)
    columns = columns_of(rows[body:])
    if len(columns) < 2:
        return None
    first = _first_figures(columns, rows[body:])
    heads = heads_of(columns, rows[:body], rules, first)
    cells = [_cells(columns, row) for row in rows[body:]]
    return Grid(heads, _with_whole_labels(cells))


def _first_body_row(rows: Sequence[Sequence[Phrase]]) -> int:
    """The index of the first row that is not of heads: it has a figure that is no year, or a label alone.

    A label alone stands at the left end of the table, or reaches below heads from there into the other columns.
    """
    left = min(phrase.left for row in rows for phrase in row)
    for index, row in enumerate(rows):
        figures = [phrase for phrase in row[1:] if phrase.is_figure and not phrase.is_year]
        if figures or (len(row) == 1 and _is_a_label(row[0], rows, index, left)):
            return index
    return 0


def _is_a_label(phrase: Phrase, rows: Sequence[Sequence[Phrase]], index: int, left: float) -> bool:
    """Whether the phrase of a row that has no other is a label, and no head beside others that are in two rows."""
    second = min((row[1].left for row in rows if len(row) > 1), default=left)
    below = rows[index + 1] if index + 1 < len(rows) else ()
    if len(below) > 1 and below[0].left > phrase.right and not any(cell.is_figure for cell in below):
        return False
    across = index > 0 and len(rows[index - 1]) > 1 and phrase.left < second < phrase.right and phrase.text[0] != "("
    return across or phrase.left < left + 2 * phrase.height


def _first_figures(columns: Sequence[Column], rows: Sequence[Sequence[Phrase]]) -> int:
    """The index of the first column most of whose cells are figures; the columns before it hold labels."""
    cells: list[list[Phrase]] = [[] for _ in columns]
    for row in rows:
        for phrase in row if len(row) > 1 else ():
            cells[column_at(columns, phrase)].append(phrase)
    for index, found in enumerate(cells):
        if index and found and sum(phrase.is_figure for phrase in found) >= _MIN_FIGURES * len(found):
            return index
    return 1


def _cells(columns: Sequence[Column], row: Sequence[Phrase]) -> Cells:
    """The cells of a row; a phrase that crosses a corridor is cut there, unless it is the only one of its row."""
    parts: list[list[Phrase]] = [[] for _ in columns]
    for phrase in row:
        for index, part in _placed(columns, phrase, alone=len(row) == 1):
            parts[index].append(part)
    return [joined(part) if part else None for part in parts]


def _placed(columns: Sequence[Column], phrase: Phrase, *, alone: bool) -> list[tuple[int, Phrase]]:
    if alone:
        return [(0, phrase)]
    if phrase.is_figure:  # its sign may stand far to the left of it, next to the column before
        return [(column_at(columns, phrase), phrase)]
    words = phrase.words()
    at = [column_at(columns, word) for word in words]
    clean = all(
        columns[index].left - _SPLIT_SLACK <= word.left and word.right <= columns[index].right + _SPLIT_SLACK
        for index, word in zip(at, words, strict=True)
    )
    clean &= all(
        after.left - before.right > _WORD_SPACE * phrase.height
        for (before, after), (place, other) in zip(pairwise(words), pairwise(at), strict=True)
        if place != other
    )
    if len(set(at)) == 1 or not clean:
        return [(column_at(columns, phrase) if len(set(at)) == 1 else at[0], phrase)]
    groups = {
        index: [word for word, place in zip(words, at, strict=True) if place == index] for index in dict.fromkeys(at)
    }
    return [(index, joined(group)) for index, group in groups.items()]


def _with_whole_labels(rows: Sequence[Cells]) -> list[Cells]:
    """The rows, a label that goes on in the next row joined with it."""
    whole: list[Cells] = []
    for cells in rows:
        before = whole[-1] if whole else None
        label = cells[0]
        if before and label and before[0] and _is_label_alone(before) and _goes_on(before[0], label):
            joint = joined([before[0], label])
            whole[-1] = [joint, *cells[1:]]
        else:
            whole.append(cells)
    return whole


def _goes_on(label: Phrase, below: Phrase) -> bool:
    """Whether a label is cut off within a phrase, and the one below it is the rest."""
    return below.text[:1].islower() or bool(_UNFINISHED.search(label.text))


def _is_label_alone(cells: Cells) -> bool:
    return not any(cells[1:]) and cells[0] is not None and not cells[0].text.endswith(":")


def markdown_of(grid: Grid) -> MarkdownTable:
    """The table as Markdown, one line a row, the heads first; a table without heads has an empty row in their place."""
    lines = [_line(grid.heads), _marks("|" + " --- |" * len(grid.heads)), *map(_line, grid.rows)]
    texts, boxes = zip(*lines, strict=True)
    blank = np.full((1, 4), np.nan, dtype=np.float32)
    spread = [part for found in boxes for part in (blank, found)][1:]
    head = Span(0, len(texts[0])) if any(grid.heads) else None
    return MarkdownTable("\n".join(texts), np.concatenate(spread), head)


def _line(cells: Cells) -> tuple[str, Floats]:
    parts = [_marks("|")]
    for cell in cells:
        parts += [_marks(" "), _escaped(cell), _marks(" |")] if cell else [_marks("  |")]
    texts, boxes = zip(*parts, strict=True)
    return "".join(texts), np.concatenate(boxes)


def _marks(text: str) -> tuple[str, Floats]:
    return text, np.full((len(text), 4), np.nan, dtype=np.float32)


def _escaped(cell: Phrase) -> tuple[str, Floats]:
    """The text of a cell, with a backslash before each bar."""
    bars = [index for index, char in enumerate(cell.text) if char == "|"]
    if not bars:
        return cell.text, cell.boxes
    return cell.text.replace("|", "\\|"), np.insert(cell.boxes, bars, np.nan, axis=0)
