"""The blocks of a reflowed document: headings, list items and captions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag_core.documents.blocks import Block, in_order
from rag_core.documents.markup.captions import is_caption
from rag_core.documents.reflow.headings import Heading
from rag_core.documents.reflow.paragraphs import Paragraph
from rag_core.geometry import Span

_ITEM = re.compile(
    r"(?:[\u2022\u25aa\u25e6\u2023\u2219\u25cf\u25cb\u25a0\u00b7*\u2013\u2014-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s\S"
)


def blocks_of(
    headings: Sequence[Heading], chains: Sequence[Sequence[Paragraph]], spans: Mapping[Paragraph, Span]
) -> tuple[Block, ...]:
    """The blocks in the order of their starts; `spans` are those of all paragraphs in the final text.

    A heading whose lines another text has come between keeps its first part.
    """
    found = [Block(_span(heading, spans), "heading", heading.level) for heading in headings]
    parts = {part for heading in headings for part in heading.paragraphs}
    for chain in chains:
        text = chain[0].lines[0].text
        span = Span(spans[chain[0]].start, spans[chain[-1]].end)
        if chain[0] in parts:
            continue
        if chain[0].lines[0].is_table:
            found.append(_table(span, chain[0].lines[0].head))
            continue
        if is_caption(text):
            found.append(Block(span, "caption"))
        elif _ITEM.match(text) and not chain[0].lines[0].has_cells:
            found.append(Block(span, "list_item"))
    return tuple(in_order(found))


def _table(span: Span, head: Span | None) -> Block:
    return Block(span, "table", head=None if head is None else Span(span.start + head.start, span.start + head.end))


def _span(heading: Heading, spans: Mapping[Paragraph, Span]) -> Span:
    start, end = spans[heading.paragraphs[0]]
    for paragraph in heading.paragraphs[1:]:
        if not end <= spans[paragraph].start <= end + 2:
            break
        end = spans[paragraph].end
    return Span(start, end)
