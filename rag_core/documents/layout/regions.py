"""Finds the lines of a page that are the rows of a table, its heads included."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag_core.documents.layout.phrases import Phrase, close_phrases, phrases_of, words_of
from rag_core.documents.markup.captions import is_caption
from rag_core.documents.reflow.lines import Line

_MAX_STEP = 2.6  # heights of a line between the rows of one table
_MAX_PENDING = 4  # lines without cells between two rows
_MAX_LABEL_WORDS = 8
_MAX_SECTION_WORDS = 12
_MAX_HEAD_WORDS = 8  # of a label between the heads and the first row of figures
_MIN_ROWS = 2
_MIN_FIGURES = 0.35  # of the cells after the first column
_MAX_WORDS = 12  # of a cell: longer ones are prose in columns
_SLACK = 3.0  # points
_MIN_ENTRIES, _MOST_ENTRIES = 4, 0.7  # of a table of contents: lines, and the share of them that end with a page
_SAME_CENTRE = 1.5  # points
_PERIOD = re.compile(r"as (?:of|at)\b|.*\bended\b", re.IGNORECASE)


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


def regions_of(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each table of a page."""
    rows = [Row(line, phrases_of(words_of(line))) for line in lines if line.upright]
    rows = sorted((row for row in rows if row.phrases), key=lambda row: (row.line.top, row.line.left))
    regions = _grown(rows)
    taken = {id(row) for region in regions for row in region.rows}
    for region in regions:
        inside = [row for row in rows if id(row) not in taken and region.holds(row)]
        region.rows += inside
        taken |= set(map(id, inside))
        above = _heads_above(region, [row for row in rows if id(row) not in taken])
        region.rows += above
        taken |= set(map(id, above))
    return [[row.line for row in region.rows] for region in regions]


def _grown(rows: Sequence[Row]) -> list[Region]:
    """Runs of rows with cells, and what stands between them."""
    open_ones: list[tuple[Region, list[Row]]] = []
    done: list[Region] = []
    for row in rows:
        home = next((pair for pair in reversed(open_ones) if _goes_on(pair, row)), None)
        if home is not None and _begins_anew(*home, row):
            open_ones.remove(home)
            done.append(home[0])
            home = None
        if row.is_cells and home is None:
            open_ones.append((Region([row]), []))
        elif home is not None:
            region, pending = home
            if row.is_cells:
                region.rows += [*pending, row]
                pending.clear()
            elif _may_stand_between(region, pending, row):
                pending.append(row)
            else:
                open_ones.remove(home)
                done.append(region)
    return [region for region in [*done, *(region for region, _ in open_ones)] if _is_table(region)]


def _goes_on(pair: tuple[Region, list[Row]], row: Row) -> bool:
    """Whether a row stands right below a region, or beside its last row."""
    region, pending = pair
    last = pending[-1] if pending else max(region.rows, key=lambda other: other.line.bottom)
    step = (row.line.top - last.line.bottom) / max(last.line.height, row.line.height)
    overlap = min(region.right, row.line.right) - max(region.left, row.line.left)
    return step <= _MAX_STEP and overlap > 0


def _begins_anew(region: Region, pending: Sequence[Row], row: Row) -> bool:
    """Whether a row of heads stands below rows with figures: those of another table."""
    if not row.is_cells or row.has_figures or not any(other.has_figures for other in region.rows):
        return False
    cells = row.phrases[1:]
    years = sum(cell.is_year for cell in cells) > 1 and bool(pending)
    periods = all(_PERIOD.match(cell.text) for cell in cells)
    return years or periods or row.phrases[0].left > region.left + 4 * row.line.height


def _may_stand_between(region: Region, pending: Sequence[Row], row: Row) -> bool:
    """Whether a line without cells may stand between the rows of a table, below others that are `pending`."""
    if not pending and _is_section(region, row):
        return True
    return len(pending) < _MAX_PENDING and _is_label(region, row)


def _is_section(region: Region, row: Row) -> bool:
    """Whether a line is the name of a part of a table, which may be longer than a label: it begins at the left end."""
    text, height = row.line.text, row.line.height
    within = abs(row.line.left - region.left) <= 0.5 * height and row.line.right <= region.right + height
    is_prose = text.endswith((".", ":", ",", ";")) or len(text.split()) > _MAX_SECTION_WORDS
    return within and not is_prose and not is_caption(text)


def _is_label(region: Region, row: Row) -> bool:
    """Whether a line without cells may be the label of a section or a part of a row's label."""
    if row.line.left < region.left - 4 * row.line.height or is_caption(row.line.text):
        return False
    short = len(row.line.text.split()) <= _MAX_LABEL_WORDS and row.line.right <= region.right + _SLACK
    return short or row.line.right <= region.second_column() + _SLACK


def _is_table(region: Region) -> bool:
    cells = [row for row in region.rows if row.is_cells]
    if len(cells) < _MIN_ROWS:
        return False
    others = [phrase for row in cells for phrase in row.phrases[1:]]
    if any(len(phrase.text.split()) > _MAX_WORDS for phrase in others):
        return False
    figures = [phrase.is_figure for phrase in others if any(map(str.isalnum, phrase.text))]  # dashes tell nothing
    return len(figures) > 1 and sum(figures) >= _MIN_FIGURES * len(figures) and not _is_contents(cells)


def _is_contents(rows: Sequence[Row]) -> bool:
    """Whether the rows are those of a table of contents: they end with the numbers of pages, which never fall."""
    last = [row.phrases[-1].text for row in rows]
    numbers = [int(text) for text in last if text.isdigit()]
    rising = all(before <= after for before, after in pairwise(numbers))
    return len(numbers) >= _MIN_ENTRIES and rising and len(numbers) >= _MOST_ENTRIES * len(last)


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


def _heads_above(region: Region, rows: Sequence[Row]) -> list[Row]:
    """The lines right above a region that stand over its columns, from the lowest up, and labels of rows below them."""
    found: list[Row] = []
    labels: list[Row] = []
    first = min(region.rows, key=lambda row: row.line.top)
    top, height = first.line.top, first.line.height
    start = region.second_column() - 2 * height
    above = [row for row in rows if (row.line.top + row.line.bottom) / 2 <= top + 0.5 * height]
    above.sort(key=lambda row: -row.line.bottom)
    for row in above:
        if row.line.right < region.left or row.line.left > region.right:
            continue
        near = (top - row.line.bottom) / height <= _MAX_STEP
        over = row.phrases[0].left >= start and row.line.right <= region.right + 3 * height
        over &= len(row.phrases) > 1 or not _is_title(row, above, start)
        over |= not found and _has_a_head_for_each(region, row)
        words = row.line.text.split()
        if not near or is_caption(row.line.text) or (len(words) > _MAX_HEAD_WORDS and words[-1].endswith(".")):
            break
        if over:
            found += [*labels, row]
            labels = []
        elif _is_label(region, row) and len(words) <= _MAX_HEAD_WORDS and len(labels) < _MAX_PENDING:
            labels.append(row)
        else:
            break
        top = min(top, row.line.top)
    return found
