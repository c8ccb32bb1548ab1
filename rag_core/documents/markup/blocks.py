"""The blocks of a text file, by whichever marks it uses."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rag_core.documents.blocks import Block, in_order
from rag_core.documents.markup.headed_lines import numbered_headings, wiki_headings
from rag_core.documents.markup.markdown import markdown_blocks

_MAX_COMMENTS = 0.5  # of the headings with "#" are next to another one: such lines are comments of a program
_MIN_LINES = 4


def text_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a text: headings by its marks, or else by its numbers; list items, pipe tables and captions."""
    found = markdown_blocks(text)
    headings = [block for block in found if block.kind == "heading"]
    if not headings or _are_comments(text, headings):
        headings = wiki_headings(text) or numbered_headings(text)
    starts = {heading.span.start for heading in headings}
    others = [block for block in found if block.kind != "heading" and block.span.start not in starts]
    return tuple(in_order([*headings, *others]))


def _are_comments(text: str, headings: Sequence[Block]) -> bool:
    """Whether lines with "#" are comments: many stand right below another one of the same level."""
    if len(headings) < _MIN_LINES:
        return False
    pairs = list(pairwise(headings))
    return sum(a.level == b.level and _are_adjacent(text, a, b) for a, b in pairs) > _MAX_COMMENTS * len(pairs)


def _are_adjacent(text: str, above: Block, below: Block) -> bool:
    """Whether there is nothing between two headings, not even an empty line."""
    between = text[above.span.end : below.span.start].replace("\r\n", "\n").replace("\r", "\n")
    return "\n\n" not in between and not between.strip(" \t\n#")
