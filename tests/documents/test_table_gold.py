"""Every figure of real tables is in its row and under its head, by what people wrote down from the pages."""

from __future__ import annotations

import pytest

from rag_core import open_document
from rag_core.documents import Document
from tests.documents.table_gold import GOLD, Cell, GoldTable
from tests.paths import ROOT

DATA = ROOT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="needs the papers and filings beside the project")


@pytest.fixture(scope="module")
def read():
    opened: dict[str, Document] = {}

    def document(path: str) -> Document:
        if path not in opened:
            opened[path] = open_document(DATA / path, parser="layout")
        return opened[path]

    return document


def tables_of(document: Document, page: int) -> list[list[list[str]]]:
    """The rows of cells of each table of a page, its heads first."""
    start, end = document.pages[page - 1].start, document.pages[page - 1].end
    blocks = [block for block in document.blocks if block.kind == "table" and start <= block.span.start < end]
    assert all(block.head is None or block.head.start == block.span.start for block in blocks)
    texts = [document.text[block.span.start : block.span.end] for block in blocks]
    return [[cells(line) for line in text.split("\n") if "| --- |" not in line] for text in texts]


def cells(line: str) -> list[str]:
    assert line.startswith("|")
    return [cell.strip() for cell in line.strip("|").split("|")]


def holds(rows: list[list[str]], cell: Cell, figures: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a row with the label has the figure in a column with the heads."""
    heads, *body = rows
    if " ".join(figures[0]) not in heads:
        return False
    first = heads.index(" ".join(figures[0]))
    return any(
        " ".join(filter(None, row[:first])) == cell.label
        and row[at].replace("$", "").strip() == cell.figure
        and heads[at] == " ".join(cell.heads)
        for row in body
        for at in range(first, len(heads))
    )


def test_there_are_enough_cells() -> None:
    assert sum(len(list(table.cells())) for table in GOLD.values()) >= 60


@needs_data
@pytest.mark.parametrize("table", GOLD.values(), ids=GOLD)
def test_every_figure_is_in_its_row_and_under_its_head(read, table: GoldTable) -> None:
    tables = tables_of(read(table.path), table.page)
    lost = [cell for cell in table.cells() if not any(holds(rows, cell, table.heads) for rows in tables)]
    assert lost == []
