"""The column heads of the table in which a position of a text stands: rows that are cut off from them say little."""

from __future__ import annotations

import re
from bisect import bisect_right

from rag_core.documents.document import Document
from rag_core.geometry import Span

_BAR = re.compile(r"(?<!\\)\|")


def head_above(document: Document, position: int) -> Span | None:
    """The span of the heads of the table that a position is in and below; None where it is in none."""
    tables = [block for block in document.blocks if block.head is not None]
    place = bisect_right(tables, position, key=lambda block: block.span.start) - 1
    if place < 0:
        return None
    table = tables[place]
    inside = table.head is not None and table.head.end <= position < table.span.end
    return table.head if inside else None


def heads_above(document: Document, position: int) -> str:
    """The heads as they stand above rows that are quoted from a position on; empty where there are none.

    Of a Markdown table it is two lines: the rows below them are Markdown again.
    """
    head = head_above(document, position)
    if head is None:
        return ""
    text = document.text[head.start : head.end]
    columns = len(_BAR.findall(text)) - 1
    return f"{text}\n|{' --- |' * columns}" if text.startswith("|") and columns > 0 else text
