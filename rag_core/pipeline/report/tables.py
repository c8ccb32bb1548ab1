"""Tables that the parser delivers as tables."""

from __future__ import annotations

from rag_core.pipeline.report.base import Place, Read, register


@register(
    "tables",
    "tables kept",
    "Tables that are tables in the parser's text too, with their rows; the others are lines of figures without heads.",
)
def tables(read: Read) -> list[Place]:
    """The blocks of that kind."""
    return [read.place(block.span) for block in read.document.blocks if block.kind == "table"]
