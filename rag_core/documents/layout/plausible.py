"""Whether rows with wide gaps are those of a table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rag_core.documents.layout.body import is_ruled
from rag_core.documents.layout.rows import Region, Row
from rag_core.documents.reflow.lines import Floats

_MIN_ROWS = 2
_WORD_SPACE = 0.62  # of the height
_MIN_FIGURES = 0.35  # of the cells after the first column
_MAX_WORDS = 12  # of a cell: longer ones are prose in columns
_MAX_WORDS_UNDER_HEADS = 25  # of a cell, where heads have lines below them
_MIN_ENTRIES, _MOST_ENTRIES = 4, 0.7  # of a table of contents: lines, and the share of them that end with a page
_MOST_RISING = 0.9  # of the numbers of pages one after the other: corrections are set beside what they replace
_MIN_RULED_ROWS = 3  # of a table of words: its heads included


def is_table(region: Region, rules: Floats) -> bool:
    """Whether the rows of a region are a table: of figures, or of words under heads with a line below each."""
    cells = [row for row in region.rows if row.is_cells]
    if len(cells) < _MIN_ROWS:
        return False
    others = [phrase for row in cells for phrase in row.phrases[1:]]
    if not others or _is_evenly_spaced(cells):
        return False
    longest = max(len(phrase.text.split()) for phrase in others)
    if longest > _MAX_WORDS:
        return longest <= _MAX_WORDS_UNDER_HEADS and _has_ruled_heads(cells, rules)
    figures = [phrase.is_figure for phrase in others if any(map(str.isalnum, phrase.text))]  # dashes tell nothing
    enough = len(figures) > 1 and sum(figures) >= _MIN_FIGURES * len(figures)
    return (enough or _has_ruled_heads(cells, rules)) and not _is_contents(cells)


def _is_evenly_spaced(rows: Sequence[Row]) -> bool:
    """Whether most gaps are spaces between words, as in a dump of bytes."""
    pairs = [(pair, row.line.height) for row in rows for pair in pairwise(row.phrases)]
    gaps = sorted((after.left - before.right) / height for (before, after), height in pairs)
    return gaps[len(gaps) // 2] <= _WORD_SPACE


def _is_contents(rows: Sequence[Row]) -> bool:
    """Whether the rows are those of a table of contents: they end with the numbers of pages, which hardly ever fall."""
    last = [row.phrases[-1].text for row in rows]
    numbers = [int(text) for text in last if text.isdigit()]
    if any(phrase.is_figure and not phrase.text.isalnum() for row in rows for phrase in row.phrases[1:]):
        return False  # sums of money
    steps = [before <= after for before, after in pairwise(numbers)]
    rising = sum(steps) >= _MOST_RISING * len(steps)
    return len(numbers) >= _MIN_ENTRIES and rising and len(numbers) >= _MOST_ENTRIES * len(last)


def _has_ruled_heads(rows: Sequence[Row], rules: Floats) -> bool:
    """Whether there is a line below each phrase of the first row, longer than what would underline it."""
    first = min(rows, key=lambda row: row.line.top)
    if len(rows) < _MIN_RULED_ROWS or any(phrase.is_figure for phrase in first.phrases):
        return False
    return all(is_ruled(phrase, rules) for phrase in first.phrases)
