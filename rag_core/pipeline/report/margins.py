"""Running headers, footers and page numbers that were left in the text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.pipeline.report.base import Place, Read, register

_MIN_PAGES = 3
_LINES = 2  # at each end of a page
_MAX_CHARACTERS = 160
_LINE = re.compile(r"\S[^\n]*")
_DIGITS = re.compile(r"\d+")


@register(
    "margins_left_in",
    "headers and footers left in",
    "Lines at the beginning or the end of a page that stand there on three pages or more, but for their digits: "
    "running headers, footers and page numbers, which interrupt sentences.",
)
def margins_left_in(read: Read) -> list[Place]:
    """Each such line on each of its pages, in the order of the text."""
    return [read.place(span) for span in repeated_margins(read.document)]


def repeated_margins(document: Document) -> list[Span]:
    """The lines at the ends of pages that several pages have there, ascending."""
    groups: dict[tuple[bool, str], list[tuple[int, Span]]] = defaultdict(list)
    text = document.text
    for page in document.pages:
        for is_top, span in _outer_lines(text, Span(page.start, page.end)):
            groups[is_top, _DIGITS.sub("#", text[span.start : span.end].strip())].append((page.number, span))
    repeated = (found for (_, line), found in groups.items() if _is_repeated(text, line, found))
    return sorted({span for found in repeated for _, span in found})


def _outer_lines(text: str, page: Span) -> Iterator[tuple[bool, Span]]:
    lines = [Span(*match.span()) for match in _LINE.finditer(text, page.start, page.end)]
    for i, line in enumerate(lines):
        is_top, is_bottom = i < _LINES, i >= len(lines) - _LINES
        if (is_top or is_bottom) and line.end - line.start <= _MAX_CHARACTERS:
            yield is_top, line


def _is_repeated(text: str, line: str, found: list[tuple[int, Span]]) -> bool:
    """Whether the line is on enough pages; of one without letters, that its number goes up with the page."""
    pages = {page for page, _ in found}
    if len(pages) < _MIN_PAGES:
        return False
    if any(char.isalpha() for char in line):
        return True
    numbers = [(page, _DIGITS.search(text, *span)) for page, span in found]
    shifts = {int(match.group()) - page for page, match in numbers if match and len(match.group()) < 6}
    return line.strip("-–—| ") == "#" and len(shifts) == 1  # noqa: RUF001
