"""A page's text as several parsers read it, side by side: headings, tables as tables, and what differs marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rag_core.documents.blocks import Block
from rag_core.geometry import Span
from rag_core.html.templating import render
from rag_core.text.labels import with_ends
from rag_core.text.numbers import percent

_ROW = re.compile(r"[^\n]+")
_RULE = re.compile(r"[\s|:+-]+\Z")
_BAR = re.compile(r"(?<!\\)\|")
_MIN_WORDS, _ALIKE = 30, 0.5  # words, and the share of them that a text of the same pages has at least
_MAX_SHOWN = 300  # characters of a finding in the table
_MARKS = re.compile(r"#{1,6}[ \t]+\Z")


class TextMark(NamedTuple):
    """A span of a text that is marked: `kind` is "real" or "form"; what has the same key belongs together."""

    span: Span
    kind: str
    key: str
    title: str


class AuditRow(NamedTuple):
    """A finding of the audit: what was read, what the text layer has there, and on which page.

    `before` and `after` are the words around it, in the text that was read.
    """

    kind: str
    read: str
    layer: str
    page: int
    key: str
    before: str
    after: str

    @property
    def short(self) -> tuple[str, str]:
        """Both texts, of long ones the beginning and the end."""
        return with_ends(self.read, _MAX_SHOWN), with_ends(self.layer, _MAX_SHOWN)


@dataclass(frozen=True)
class ParserText:
    """A parser's text of a page, `text[span]`, in the colour of a column; `here` is the place that is pointed out."""

    name: str
    column: int
    text: str
    span: Span
    blocks: Sequence[Block]
    marks: Sequence[TextMark]
    here: Span | None = None
    audit: Sequence[AuditRow] | None = None
    audited_words: int = 0
    unchecked_pages: Sequence[int] = ()
    words_beyond: int = 0
    words_found: int = 0

    @property
    def strangeness(self) -> str:
        """A sentence if hardly any of the words are in the text layer; else empty."""
        if self.audited_words < _MIN_WORDS or self.words_found >= _ALIKE * self.audited_words:
            return ""
        return (
            f"Only {percent(self.words_found / self.audited_words)} of these words are in the text layer of the same "
            "pages: this looks like the text of other pages, or of another document."
        )


class _Run(NamedTuple):
    """Text that is marked alike from end to end."""

    text: str
    kinds: str
    keys: str
    title: str
    is_here: bool


class _Part(NamedTuple):
    """Running text, a heading with its level, or a table's rows of cells, the first `heads` of which are its heads."""

    kind: str
    runs: list[_Run]
    level: int = 0
    rows: list[list[list[_Run]]] = []  # noqa: RUF012
    heads: int = 0


def parser_texts_html(texts: Sequence[ParserText | str]) -> str:
    """The texts side by side; in the place of one that there is not, a sentence why.

    Text is the parser's but for the marks of Markdown tables and headings, which are drawn as such.
    """
    drawn = [(text, [] if isinstance(text, str) else list(_parts(text))) for text in texts]
    return render("parser_texts", texts=drawn)


def _parts(shown: ParserText) -> Iterator[_Part]:
    end = shown.span.start
    for block in shown.blocks:
        if block.kind not in ("heading", "table") or block.span.start < end or block.span.end > shown.span.end:
            continue
        before = shown.text[end : block.span.start]
        marks = _MARKS.search(before) if block.kind == "heading" else None
        yield from _running(shown, Span(end, block.span.start - (len(marks.group()) if marks else 0)))
        yield _heading(shown, block) if block.kind == "heading" else _table(shown, block)
        end = block.span.end
    yield from _running(shown, Span(end, shown.span.end))


def _running(shown: ParserText, span: Span) -> Iterator[_Part]:
    text = shown.text[span.start : span.end]
    if text.strip():
        start = span.start + len(text) - len(text.lstrip("\n"))
        yield _Part("text", _runs(shown, Span(start, span.start + len(text.rstrip()))))


def _heading(shown: ParserText, block: Block) -> _Part:
    return _Part("heading", _runs(shown, block.span), min(block.level or 1, 6))


def _table(shown: ParserText, block: Block) -> _Part:
    """The rows of a Markdown table as cells; those of another one as they stand."""
    lines = [Span(*match.span()) for match in _ROW.finditer(shown.text, *block.span)]
    if not all("|" in shown.text[line.start : line.end] for line in lines):
        return _Part("text", _runs(shown, block.span))
    rules = [i for i, line in enumerate(lines) if _RULE.fullmatch(shown.text, *line)]
    rows = [_cells(shown, line) for i, line in enumerate(lines) if i not in rules]
    return _Part("table", [], rows=rows, heads=rules[0] if rules else 0)


def _cells(shown: ParserText, line: Span) -> list[list[_Run]]:
    bars = [match.start() for match in _BAR.finditer(shown.text, *line)]
    edges = [line.start - 1, *bars, line.end]
    cells = [_stripped(shown.text, Span(start + 1, end)) for start, end in pairwise(edges)]
    if cells and cells[0].start == cells[0].end:
        cells = cells[1:]  # before the first bar
    if len(cells) > 1 and shown.text[line.start : line.end].rstrip().endswith("|"):
        cells = cells[:-1]
    return [_runs(shown, cell) for cell in cells]


def _stripped(text: str, span: Span) -> Span:
    inside = text[span.start : span.end]
    start = span.start + len(inside) - len(inside.lstrip())
    return Span(start, max(start, span.start + len(inside.rstrip())))


def _runs(shown: ParserText, span: Span) -> list[_Run]:
    marks = [mark for mark in shown.marks if mark.span.start < span.end and mark.span.end > span.start]
    here = shown.here
    spans = [mark.span for mark in marks] + ([here] if here is not None else [])
    edges = {edge for one in spans for edge in one if span.start < edge < span.end}
    return [_run(shown, Span(start, end), marks) for start, end in pairwise(sorted({*span, *edges}))]


def _run(shown: ParserText, span: Span, marks: Sequence[TextMark]) -> _Run:
    own = [mark for mark in marks if mark.span.start <= span.start and mark.span.end >= span.end]
    here = shown.here
    return _Run(
        shown.text[span.start : span.end],
        " ".join(dict.fromkeys(f"cs-{mark.kind}" for mark in own)),
        " ".join(mark.key for mark in own if mark.key),
        "; ".join(dict.fromkeys(mark.title for mark in own if mark.title)),
        here is not None and here.start <= span.start and span.end <= here.end,
    )
