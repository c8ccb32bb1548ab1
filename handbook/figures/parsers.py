"""Figure 1: the beginning of the chapter as four parsers read it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from figures.canvas import Canvas
from figures.chapter import Chapter
from rag_core.documents.document import Document
from rag_core.parts.parser import get_parser
from rag_core.pipeline.rereading import reread

_HEIGHT = 50.0  # millimetres, of a page
_LEFT = {"pdfium": 0.0, "layout": 38.0, "pypdf": 76.0, "text": 114.0}
_TITLES = {
    "pdfium": "PDF: default = pdfium",
    "layout": "PDF: layout",
    "pypdf": "PDF: pypdf",
    "text": "Markdown: default = text",
}
_LINES = 46  # of the Markdown
_LINE = re.compile(r"[^\n]+")


def measure(chapter: Chapter) -> dict[str, Any]:
    """The boxes of the lines on the first page, or the lengths of the first lines, by parser."""
    document, page = chapter.document, chapter.document.pages[0]
    by_layout, by_pypdf = (reread(document, get_parser(name), None) for name in ("layout", "pypdf"))
    return {
        "parts": {"parser": ["default", document.parser, "layout", "pypdf", chapter.markdown.parser]},
        "size": [page.width, page.height],
        "pdfium": _boxes(document),
        "layout": _boxes(by_layout),
        "pypdf": _lengths(by_pypdf),
        "text": _lengths(chapter.markdown),
    }


def _boxes(document: Document) -> list[list[Any]]:
    """Left, top, right and bottom of each line of the first page in points, and the kind of block that it is in."""
    page, found = document.pages[0], []
    for span in _paragraphs(document, page.end):
        for box in document.boxes(*span).get(page.number, ()):
            found.append([*(round(float(side), 1) for side in box), _kind(document, span[0])])
    return found


def _paragraphs(document: Document, end: int) -> list[tuple[int, int]]:
    return [match.span() for match in _LINE.finditer(document.text, 0, end)]


def _lengths(document: Document) -> list[list[Any]]:
    """The number of characters in each line, empty ones too, and the kind of block that it is in."""
    found, start = [], 0
    for line in document.text.split("\n")[:_LINES]:
        found.append([len(line), _kind(document, start + len(line) // 2)])
        start += len(line) + 1
    return found


def _kind(document: Document, position: int) -> str:
    """The kind of the block that holds a position; empty for running text."""
    return next((block.kind for block in document.blocks if block.span.start <= position < block.span.end), "")


def draw(data: Mapping[str, Any]) -> str:
    """The page with a bar for each line where the page has it, and the texts with a bar for each line."""
    canvas = Canvas()
    width, height = data["size"]
    scale = _HEIGHT / height
    for name, title in _TITLES.items():
        canvas.label(_LEFT[name], 2.4, title, width=scale * width, side="center")
        canvas.frame(_LEFT[name], 6, scale * width, _HEIGHT, "muted")
    for name in ("pdfium", "layout"):
        for left, top, right, bottom, kind in data[name]:
            x, y = _LEFT[name] + scale * left, 6 + scale * top
            canvas.bar(x, y, scale * (right - left), max(scale * (bottom - top) - 0.4, 0.4), *_tone(kind))
    for name in ("pypdf", "text"):
        _draw_lines(canvas, _LEFT[name] + 2, data[name], scale * width - 4)
    canvas.y = _HEIGHT + 7
    return canvas.markup()


def _draw_lines(canvas: Canvas, left: float, lines: Sequence[tuple[int, str]], width: float) -> None:
    step = (_HEIGHT - 4) / _LINES
    per_character = width / max(characters for characters, _ in lines)
    for number, (characters, kind) in enumerate(lines):
        if characters:
            canvas.bar(left, 8 + step * number, per_character * characters, step - 0.4, *_tone(kind))


def _tone(kind: str) -> tuple[Any, int]:
    return ("accent", 90) if kind == "heading" else ("leaf", 70) if kind else ("muted", 45)
