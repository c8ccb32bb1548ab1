"""The lines of a page as rows of phrases, and the rows that may be a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from rag_core.documents.layout.phrases import Phrase, phrases_of, words_of
from rag_core.documents.markup.captions import is_caption
from rag_core.documents.reflow.lines import Floats, Line

_MAX_LABEL_WORDS = 8
_SLACK = 3.0  # points


@dataclass(eq=False)
class Row:
    """A line with its phrases; `is_cells` tells that it has the wide gaps of a table's row."""

    line: Line
    phrases: list[Phrase]

    @property
    def is_cells(self) -> bool:
        """Whether the line has several cells."""
        return len(self.phrases) > 1 and (self.line.has_cells or self._ends_with_figures())

    @property
    def has_figures(self) -> bool:
        """Whether it has a figure that is no year after its first phrase."""
        return any(phrase.is_figure and not phrase.is_year for phrase in self.phrases[1:])

    def _ends_with_figures(self) -> bool:
        last = self.phrases[-1]
        return last.is_figure and last.left - self.phrases[-2].right > 1.5 * last.height


@dataclass(eq=False)
class Region:
    """The rows of a table, from the top down."""

    rows: list[Row] = field(default_factory=list)

    @property
    def left(self) -> float:
        """Its left end."""
        return min(row.line.left for row in self.rows)

    @property
    def right(self) -> float:
        """Its right end."""
        return max(row.line.right for row in self.rows)

    @property
    def bottom(self) -> float:
        """The bottom of its last row."""
        return max(row.line.bottom for row in self.rows)

    def second_column(self) -> float:
        """Where the cells after the first column begin."""
        return min((row.phrases[1].left for row in self.rows if row.is_cells), default=self.right)

    def holds(self, row: Row) -> bool:
        """Whether a line stands within it."""
        x, y = (row.line.left + row.line.right) / 2, (row.line.top + row.line.bottom) / 2
        top = min(other.line.top for other in self.rows)
        return self.left <= x <= self.right and top <= y <= self.bottom

    def across(self, rules: Floats) -> Floats:
        """Those of some drawn lines that reach from its left end to its right end, or further; from the top down."""
        slack = 2 * self.rows[0].line.height
        found = rules[(rules[:, 0] <= self.left + slack) & (rules[:, 2] >= self.right - slack)]
        return found[np.argsort(found[:, 1])]

    def is_label(self, row: Row) -> bool:
        """Whether a line without cells may be the label of a section or a part of a row's label."""
        if row.line.left < self.left - 4 * row.line.height or is_caption(row.line.text):
            return False
        short = len(row.line.text.split()) <= _MAX_LABEL_WORDS and row.line.right <= self.right + _SLACK
        return short or row.line.right <= self.second_column() + _SLACK


def rows_of_lines(lines: Sequence[Line]) -> list[Row]:
    """The upright lines with their phrases, from the top down."""
    rows = [Row(line, phrases_of(words_of(line))) for line in lines if line.upright]
    return sorted((row for row in rows if row.phrases), key=lambda row: (row.line.top, row.line.left))
