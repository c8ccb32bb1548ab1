"""Finds the lines of a page that are the rows of a table, its heads included."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag_core.documents.layout.above import heads_above, labels_beside
from rag_core.documents.layout.plausible import is_table
from rag_core.documents.layout.rows import Region, Row, rows_of_lines
from rag_core.documents.markup.captions import is_caption
from rag_core.documents.reflow.lines import Floats, Line

_MAX_STEP = 2.6  # heights of a line between the rows of one table
_MAX_PENDING = 4  # lines without cells between two rows
_MAX_SECTION_WORDS = 12
_SAME_EDGE = 2.0  # points
_LEADING = 0.5  # of the height: lines of one cell are no further apart
_HANGING = 2.0  # heights: lines of one cell begin no further apart
_UNDER = 0.5  # of a figure: so much of it stands under those above it
_PERIOD = re.compile(r"as (?:of|at)\b|.*\bended\b", re.IGNORECASE)


def regions_of(lines: Sequence[Line], rules: Floats) -> list[list[Line]]:
    """The lines of each table of a page; the lines that are drawn across it tell where heads and labels end."""
    rows = rows_of_lines(lines)
    regions = [region for region in _grown(rows) if is_table(region, rules)]
    taken = {id(row) for region in regions for row in region.rows}
    for region in regions:
        for more in (_inside, labels_beside, heads_above):
            found = more(region, [row for row in rows if id(row) not in taken], rules)
            region.rows += found
            taken |= set(map(id, found))
    return [[row.line for row in region.rows] for region in regions]


def _inside(region: Region, rows: Sequence[Row], rules: Floats) -> list[Row]:
    return [row for row in rows if region.holds(row)]


def _grown(rows: Sequence[Row]) -> list[Region]:
    """Runs of rows with cells, and what stands between them."""
    open_ones: list[tuple[Region, list[Row]]] = []
    done: list[Region] = []
    for row in rows:
        home = next((pair for pair in reversed(open_ones) if _goes_on(pair, row)), None)
        if home is not None and not _is_wrapped(home[0], row) and _begins_anew(*home, row):
            open_ones.remove(home)
            done.append(home[0])
            home = None
        if row.is_cells and home is None:
            open_ones.append((Region([row]), []))
        elif home is not None:
            region, pending = home
            if row.is_cells or _is_set_like(region, row) or _is_wrapped(region, row):
                region.rows += [*pending, row]
                pending.clear()
            elif _may_stand_between(region, pending, row):
                pending.append(row)
            else:
                open_ones.remove(home)
                done.append(region)
    return [*done, *(region for region, _ in open_ones)]


def _goes_on(pair: tuple[Region, list[Row]], row: Row) -> bool:
    """Whether a row stands right below a region, or beside its last row."""
    region, pending = pair
    overlap = min(region.right, row.line.right) - max(region.left, row.line.left)
    return _step(region, pending, row) <= _MAX_STEP and overlap > 0


def _step(region: Region, pending: Sequence[Row], row: Row) -> float:
    """How far a row is below the last one, in heights of a line."""
    last = pending[-1] if pending else max(region.rows, key=lambda other: other.line.bottom)
    return (row.line.top - last.line.bottom) / max(last.line.height, row.line.height)


def _is_set_like(region: Region, row: Row) -> bool:
    """Whether a row without wide gaps has its figures under those of the rows above: its label fills its column."""
    figures = [phrase for phrase in row.phrases[1:] if phrase.is_figure]
    above = [phrase for other in region.rows for phrase in other.phrases[1:] if phrase.is_figure]
    return len(figures) > 1 and all(
        any(min(a.right, f.right) - max(a.left, f.left) >= _UNDER * (f.right - f.left) for a in above) for f in figures
    )


def _begins_anew(region: Region, pending: Sequence[Row], row: Row) -> bool:
    """Whether a row of heads stands below rows with figures: those of another table."""
    if row.has_figures or not any(other.has_figures for other in region.rows):
        return False
    start = row.phrases[0].left
    if not row.is_cells:
        over = start >= region.second_column() - 2 * row.line.height and any(map(str.isalpha, row.line.text))
        return over and (bool(pending) or _step(region, pending, row) > 1)
    cells = row.phrases[1:]
    years = sum(cell.is_year for cell in cells) > 1 and bool(pending)
    periods = all(_PERIOD.match(cell.text) for cell in cells)
    under = any(abs(cell.left - start) <= _SAME_EDGE for other in region.rows for cell in other.phrases[1:])
    return years or periods or (start > region.left + 4 * row.line.height and not under)


def _may_stand_between(region: Region, pending: Sequence[Row], row: Row) -> bool:
    """Whether a line without cells may stand between the rows of a table, below others that are `pending`."""
    if not pending and _is_section(region, row):
        return True
    return _levels([*pending, row]) <= _MAX_PENDING and region.is_label(row)


def _levels(rows: Sequence[Row]) -> int:
    """How many lines the rows are, of which some may be pieces beside each other."""
    tops = sorted(row.line.top for row in rows)
    return 1 + sum(below - above > 0.5 * rows[0].line.height for above, below in pairwise(tops))


def _is_wrapped(region: Region, row: Row) -> bool:
    """Whether a line is the next one of a cell of words in the row above, right of the labels."""
    above, height = region.rows[-1], row.line.height
    if row.line.left <= region.left + _HANGING * height or row.line.right > region.right + height:
        return False
    near = row.line.top - above.line.bottom <= _LEADING * height
    cells = above.phrases[1:] if above.is_cells else above.phrases
    return near and any(not cell.is_figure and abs(cell.left - row.line.left) <= _HANGING * height for cell in cells)


def _is_section(region: Region, row: Row) -> bool:
    """Whether a line is the name of a part of a table, which may be longer than a label: it begins at the left end."""
    text, height = row.line.text, row.line.height
    within = abs(row.line.left - region.left) <= 0.5 * height and row.line.right <= region.right + height
    is_prose = text.endswith((".", ":", ",", ";")) or len(text.split()) > _MAX_SECTION_WORDS
    return within and not is_prose and not is_caption(text)
