"""The blocks of a document: spans whose role in it the parser knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rag_core.geometry import Span

# "unseen" text is on no picture of its page: a parser keeps it only where it is told to.
BlockKind = Literal["heading", "list_item", "table", "caption", "unseen"]


@dataclass(frozen=True, slots=True)
class Block:
    """A span whose role the parser knows; `level` is a heading's depth from 1, None for the other kinds.

    `head` is the span of a table's column heads, which stands within the table or before it; None where the parser does
    not know it, and for the other kinds.
    """

    span: Span
    kind: BlockKind
    level: int | None = None
    head: Span | None = None


def in_order(blocks: Iterable[Block]) -> list[Block]:
    """The blocks in the order of their starts, outer ones before those that they contain."""
    return sorted(blocks, key=lambda block: (block.span.start, -block.span.end))
