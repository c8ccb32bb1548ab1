"""The blocks of Markdown, by CommonMark's rules and GitHub's pipe tables, with exact offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag_core.documents.blocks import Block, BlockKind, in_order
from rag_core.documents.markup.captions import is_caption
from rag_core.geometry import Span

_LINE_END = re.compile(r"\r\n|\n|\r")
_FRONT_MATTER = re.compile(r"---[ \t]*(?:\r\n|\n|\r).*?(?:\r\n|\n|\r)(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)", re.DOTALL)
_OPENING = re.compile(r"[ \t]*#{1,6}(?:[ \t]+|$)")
_CLOSING = re.compile(r"(?:^|[ \t]+)#+[ \t]*\Z")
_MAX_SETEXT = 200  # characters: a longer paragraph above a line of hyphens is no heading
_KINDS: dict[str, BlockKind] = {"list_item_open": "list_item"}


def markdown_blocks(text: str) -> list[Block]:
    """The headings, list items, pipe tables and captions of a Markdown text, in the order of their starts.

    The span of a heading is its text without "#" marks and underlines. Headings within lists and quotations begin no
    section of the document, and those without text name none.
    """
    lines = _lines(text)
    return in_order(_blocks(text, lines, _parser().parse(_without_front_matter(text))))


@cache
def _parser() -> MarkdownIt:
    # Only the lines of blocks are needed: to parse what is in them takes most of the time.
    return MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])


def _without_front_matter(text: str) -> str:
    """The text with empty lines for the YAML at its start, whose last line would underline a heading."""
    found = _FRONT_MATTER.match(text)
    return text if found is None else "\n" * len(_LINE_END.findall(found[0])) + text[found.end() :]


def _lines(text: str) -> list[Span]:
    """The lines, as the parser counts them, without their line ends."""
    lines, start = [], 0
    for match in _LINE_END.finditer(text):
        lines.append(Span(start, match.start()))
        start = match.end()
    return [*lines, Span(start, len(text))]


def _blocks(text: str, lines: Sequence[Span], tokens: Sequence[Token]) -> Iterator[Block]:
    for token in tokens:
        if token.map is None:
            continue
        span = _span(text, lines[token.map[0] : token.map[1]])
        if span is None:
            continue
        if token.type == "table_open":
            yield Block(span, "table", head=_span(text, lines[token.map[0] : token.map[0] + 1]))
        elif token.type in _KINDS:
            yield Block(span, _KINDS[token.type])
        elif token.type == "heading_open" and token.level == 0:
            yield from _heading(text, span, int(token.tag[1:]), token.markup)
        elif token.type == "paragraph_open" and is_caption(text[span.start : span.end]):
            yield Block(span, "caption")


def _heading(text: str, span: Span, level: int, markup: str) -> Iterator[Block]:
    found = _without_marks(text, span) if markup.startswith("#") else _without_underline(text, span)
    if found is not None:
        yield Block(found, "heading", level)


def _without_marks(text: str, span: Span) -> Span | None:
    opening = _OPENING.match(text, *span)
    start = opening.end() if opening else span.start
    closing = _CLOSING.search(text[start : span.end])
    return _stripped(text, start, start + closing.start() if closing else span.end)


def _without_underline(text: str, span: Span) -> Span | None:
    above = max(text.rfind("\n", *span), text.rfind("\r", *span))
    found = _stripped(text, span.start, above)
    return None if found is None or found.end - found.start > _MAX_SETEXT else found


def _span(text: str, lines: Sequence[Span]) -> Span | None:
    return _stripped(text, lines[0].start, lines[-1].end) if lines else None


def _stripped(text: str, start: int, end: int) -> Span | None:
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip())
    end -= len(inner) - len(inner.rstrip())
    return Span(start, end) if start < end else None
