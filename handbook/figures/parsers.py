"""Figure 1: the beginning of the chapter as two parsers read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from figures.canvas import Canvas
from figures.chapter import Chapter
from rag_core.documents.document import Document

_HEIGHT = 86.0  # millimetres, of a page
_LEFT = {"pdfium": 8.0, "text": 84.0}
_LINES = 46  # of the Markdown
_LINE = re.compile(r"[^\n]+")


def measure(chapter: Chapter) -> dict[str, Any]:
    """The boxes of the lines on the first page, and the lengths of the first lines of the Markdown."""
    page = chapter.document.pages[0]
    return {
        "parts": {"parser": ["default", chapter.document.parser, chapter.markdown.parser]},
        "size": [page.width, page.height],
        "pdfium": _boxes(chapter.document),
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
    """The page with a bar for each line where the page has it, and the file with a bar for each line."""
    canvas = Canvas()
    width, height = data["size"]
    scale = _HEIGHT / height
    canvas.frame(_LEFT["pdfium"], 6, scale * width, _HEIGHT, "muted")
    for left, top, right, bottom, kind in data["pdfium"]:
        x, y = _LEFT["pdfium"] + scale * left, 6 + scale * top
        canvas.bar(x, y, scale * (right - left), max(scale * (bottom - top) - 0.6, 0.5), *_tone(kind))
    canvas.label(_LEFT["pdfium"], 2.4, "PDF: default = pdfium", width=scale * width, side="center")
    canvas.frame(_LEFT["text"], 6, scale * width, _HEIGHT, "muted")
    step = (_HEIGHT - 8) / _LINES
    per_character = (scale * width - 8) / max(characters for characters, _ in data["text"])
    for number, (characters, kind) in enumerate(data["text"]):
        if characters:
            canvas.bar(_LEFT["text"] + 4, 10 + step * number, per_character * characters, step - 0.6, *_tone(kind))
    canvas.label(_LEFT["text"], 2.4, "Markdown: default = text", width=scale * width, side="center")
    canvas.y = _HEIGHT + 7
    return canvas.markup()


def _tone(kind: str) -> tuple[Any, int]:
    return ("accent", 90) if kind == "heading" else ("leaf", 70) if kind else ("muted", 45)
