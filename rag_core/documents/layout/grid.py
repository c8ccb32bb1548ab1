"""A table as rows of cells under heads, and its text as Markdown with a box for each character of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from rag_core.documents.layout.body import across_of, first_body_row
from rag_core.documents.layout.columns import Column, column_at, columns_of
from rag_core.documents.layout.heads import heads_of
from rag_core.documents.layout.labels import with_labels_around, with_shared_labels, with_whole_labels
from rag_core.documents.layout.phrases import Cells, Phrase, joined, phrases_of, rows_of
from rag_core.documents.layout.wrapped import with_whole_cells, with_whole_figures
from rag_core.documents.reflow.lines import Floats
from rag_core.geometry import Span

_MIN_FIGURES = 0.5  # of the cells of a column of figures
_SPLIT_SLACK = 1.0  # points
_WORD_SPACE = 0.35  # of the height: cells are not so close


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
    across = across_of(rows, rules)
    body = first_body_row(rows, across, rules)
    figures = any(phrase.is_figure for row in rows[body:] for phrase in row[1:])  # else heads tell where columns are
    columns = columns_of(rows[body:])
    if body and not figures and len(rows[body - 1]) > len(columns):
        columns = columns_of(rows[body - 1 :])
    if len(columns) < 2:
        return None
    first = _first_figures(columns, rows[body:])
    heads = heads_of(columns, rows[:body], rules, first)
    cells = with_whole_cells(with_whole_figures([_cells(columns, row) for row in rows[body:]]))
    return Grid(heads, with_whole_labels(with_labels_around(with_shared_labels(cells, across))))


def _first_figures(columns: Sequence[Column], rows: Sequence[Sequence[Phrase]]) -> int:
    """The index of the first column most of whose cells are figures; the columns before it hold labels.

    It is 0 where the first of more than two columns has nothing but figures that are no years.
    """
    cells: list[list[Phrase]] = [[] for _ in columns]
    for row in rows:
        for phrase in row if len(row) > 1 else ():
            cells[column_at(columns, phrase)].append(phrase)
    if len(columns) > 2 and cells[0] and all(phrase.is_figure and not phrase.is_year for phrase in cells[0]):
        return 0
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
    clean = all(_is_within(columns, index, word) for index, word in zip(at, words, strict=True))
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


def _is_within(columns: Sequence[Column], index: int, word: Phrase) -> bool:
    """Whether a word stands in a column, or ends before the next one begins."""
    end = columns[index + 1].left if index + 1 < len(columns) else columns[index].right + _SPLIT_SLACK
    return columns[index].left - _SPLIT_SLACK <= word.left and word.right <= max(end, columns[index].right)


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
