"""Reads PDFs with their layout: liteparse gives the order, pdfium the characters, so that each keeps its box."""

from __future__ import annotations

import logging
from dataclasses import replace

from rag_core.documents.layout.drawn import DrawnTables
from rag_core.documents.layout.order import blocks_of_pages, in_layout_order
from rag_core.documents.layout.rules import NO_RULES, Rules, rules_of
from rag_core.documents.layout.tables import with_tables
from rag_core.documents.limits import Limits
from rag_core.documents.parsed import Parsed
from rag_core.documents.pdf.findings import numbers
from rag_core.documents.pdf.reading import read_pages
from rag_core.documents.reflow.assemble import reflow
from rag_core.documents.reflow.lines import Line, PageChars

log = logging.getLogger(__name__)

_ORDER = "The reading order of page {} could not be found: the lines there are in the order of the file."
_TABLES = "The tables of page {} could not be read: their lines are there without columns and heads."
_DRAWN = "The drawn lines of page {} could not be read: columns are found by the gaps between words alone."


def read(
    data: bytes,
    password: str | None,
    limits: Limits,
    *,
    drawn_lines: bool = True,
    index_heads: bool = False,
) -> Parsed:
    """Read every page in reading order, with tables as Markdown; errors as of the reader for pdfium.

    `drawn_lines` looks for tables whose cells are drawn. `index_heads` changes what is indexed, not what is read.
    """
    layout = _Layout(data, password, drawn_lines)
    content = read_pages(data, password, limits, rules_of)
    layout.rules = content.looks
    parsed = content.with_findings(reflow(content.pages, layout.arrange))
    return replace(parsed, notices=(*parsed.notices, *layout.notices()))


class _Layout:
    """The rules and blocks of the pages, and the pages on which something about them failed."""

    def __init__(self, data: bytes, password: str | None, drawn_lines: bool) -> None:
        self.rules: dict[int, Rules] = {}
        self._blocks = blocks_of_pages(data, password)
        self._drawn = DrawnTables(data, password) if drawn_lines else None
        self._unordered: list[int] = []
        self._unread: list[int] = []

    def arrange(self, page: PageChars, lines: list[Line]) -> list[Line]:
        """The lines of a page in reading order, with its tables; what fails costs no more than that."""
        try:
            lines = with_tables(lines, page, self.rules.get(page.number, NO_RULES), self._drawn)
        except Exception:  # whatever a page provokes: its words are not to be lost
            log.exception("the tables of page %d could not be read", page.number)
            self._unread.append(page.number)
        return self._ordered(page, lines)

    def _ordered(self, page: PageChars, lines: list[Line]) -> list[Line]:
        blocks = self._blocks.get(page.number) if not page.turn else None  # they are those of the displayed page
        ordered = in_layout_order(lines, blocks) if blocks is not None else None
        if ordered is None:
            self._unordered += [page.number] if len(lines) > 1 else []
            return lines
        return ordered

    def notices(self) -> list[str]:
        """A sentence for each kind of failure."""
        undrawn = self._drawn.failed if self._drawn else []
        kinds = ((_ORDER, self._unordered), (_TABLES, self._unread), (_DRAWN, undrawn))
        return [_of_pages(words, pages) for words, pages in kinds if pages]


def _of_pages(words: str, pages: list[int]) -> str:
    sentence = words.format(numbers(pages))
    return sentence if len(pages) == 1 else sentence.replace(" of page ", " of pages ")
