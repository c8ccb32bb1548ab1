"""Joins pages of Markdown to one text, with the pages and the blocks in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from rag_core.documents.blocks import Block
from rag_core.documents.document import Page
from rag_core.documents.markup.markdown import markdown_blocks
from rag_core.documents.parsed import Parsed
from rag_core.geometry import Span

_BETWEEN = "\n\n"


class MarkdownPage(NamedTuple):
    """A page: its number, its size in points (None: plain text), and its Markdown, "" where it has none."""

    number: int
    width: float | None
    height: float | None
    text: str


def assembled(pages: Sequence[MarkdownPage]) -> Parsed:
    """The pages' texts, an empty line between them. A page's blocks end with it: an open fence spoils no other page."""
    parts: list[str] = []
    placed: list[Page] = []
    blocks: list[Block] = []
    length = 0
    for page in pages:
        if page.text and length:
            parts.append(_BETWEEN)
            length += len(_BETWEEN)
        placed.append(Page(page.number, length, length + len(page.text), page.width, page.height))
        blocks += [replace(one, span=_moved(one.span, length)) for one in markdown_blocks(page.text)]
        parts.append(page.text)
        length += len(page.text)
    return Parsed("".join(parts), tuple(placed), blocks=tuple(blocks))


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
