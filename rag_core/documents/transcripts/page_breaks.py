"""Divides a text file at its page breaks: form feeds, or lines such as "<!-- page 23 -->" and "--- page 23 ---"."""

from __future__ import annotations

import re
from typing import NamedTuple

_MARK = re.compile(
    r"^[ \t]*(?:<!--\s*page(?:\s*(?:no\.?|number))?\s*[:=#]?\s*[\"']?(\d+)[\"']?(?:\s*(?:of|/)\s*\d+)?\s*-->"
    r"|[-=*_#~]{2,}[ \t]*page[ \t]*[:#]?[ \t]*(\d+)(?:[ \t]*(?:of|/)[ \t]*\d+)?[ \t]*[-=*_#~]{2,})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_BREAK = re.compile(r"\f|^[ \t]*<!--\s*page[ _-]?break\s*-->[ \t]*$", re.IGNORECASE | re.MULTILINE)


class Piece(NamedTuple):
    """A part of a file: the page's number where a mark tells it, else None."""

    number: int | None
    text: str


def pieces_of(text: str) -> list[Piece]:
    """The parts of a file between its page breaks, in their order; the only one where it has none.

    A mark with a number stands before its page, or after it where the file begins with a page and ends with a mark.
    Text for which no mark is left has no number. Form feeds count from the first page of the file, and marks with
    numbers take precedence over them.
    """
    marks = list(_MARK.finditer(text))
    if marks:
        return _marked(text, marks)
    parts = _BREAK.split(text)
    while len(parts) > 1 and not parts[-1].strip():
        parts.pop()
    return [Piece(None, text)] if len(parts) == 1 else [Piece(i, part) for i, part in enumerate(parts, 1)]


def _marked(text: str, marks: list[re.Match[str]]) -> list[Piece]:
    numbers = [int(mark[1] or mark[2]) for mark in marks]
    edges = [0, *(edge for mark in marks for edge in mark.span()), len(text)]
    parts = [text[start:end].strip("\f") for start, end in zip(edges[::2], edges[1::2], strict=True)]
    if parts[0].strip() and not parts[-1].strip():
        return [Piece(number, part) for number, part in zip(numbers, parts[:-1], strict=True)]
    before = [Piece(None, parts[0])] if parts[0].strip() else []
    return before + [Piece(number, part) for number, part in zip(numbers, parts[1:], strict=True)]
