"""The tables of a page, each as one line of Markdown among the other lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from rag_core.documents.layout.drawn import DrawnCells, DrawnTables, drawn_grid, words_within
from rag_core.documents.layout.grid import Grid, grid_of, markdown_of
from rag_core.documents.layout.phrases import Phrase, words_of
from rag_core.documents.layout.regions import regions_of
from rag_core.documents.layout.rules import Rules
from rag_core.documents.reflow.lines import Line, PageChars


@dataclass(eq=False)
class TableLine(Line):
    """A whole table, which stands among the lines of its page like one; `head` is the span of its heads in its text."""

    is_table: ClassVar[bool] = True
    has_cells = False  # a heading may stand close to it

    @override
    def __post_init__(self) -> None:
        super().__post_init__()
        self.upright = False  # so that no sentence goes on in it, and it is no heading


def with_tables(lines: Sequence[Line], page: PageChars, rules: Rules, drawn: DrawnTables | None) -> list[Line]:
    """The lines of a page, those of a table replaced by one that holds it, in the place of the first of them.

    `drawn` gives the tables whose cells are drawn; without it the columns are found by the gaps between words alone.
    """
    words = {line: words_of(line) for line in lines}
    found = _drawn(words, drawn.cells(page, lines, rules)) if drawn else []
    taken = {line for region, _ in found for line in region}
    for region in regions_of([line for line in lines if line not in taken], rules.horizontal):
        grid = grid_of([word for line in region for word in words[line]], rules.horizontal)
        found += [(region, grid)] if grid is not None else []
    taken = {line for region, _ in found for line in region}
    first = {min(region, key=lines.index): _table_line(page.number, grid) for region, grid in found}
    return [first.get(line, line) for line in lines if line not in taken or line in first]


def _drawn(words: Mapping[Line, list[Phrase]], tables: Sequence[DrawnCells]) -> list[tuple[list[Line], Grid]]:
    """The tables that are drawn as a grid, with the lines that stand in them."""
    found: list[tuple[list[Line], Grid]] = []
    taken: set[Line] = set()
    for cells in tables:
        inside = [line for line, own in words.items() if line not in taken and _stands_in(own, cells)]
        grid = drawn_grid([word for line in inside for word in words[line]], cells) if inside else None
        if grid is not None:
            found.append((inside, grid))
            taken |= set(inside)
    return found


def _stands_in(words: Sequence[Phrase], cells: DrawnCells) -> bool:
    return bool(words) and len(words_within(words, cells)) == len(words)


def _table_line(number: int, grid: Grid) -> Line:
    table = markdown_of(grid)
    return TableLine(number, table.text, table.boxes, head=table.head)
