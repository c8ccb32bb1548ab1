"""A long document in excerpts that a browser draws at once: its pages where it has pages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag_core.documents.document import Document, Page
from rag_core.geometry import Span

_MIN_CHARACTERS, _MAX_CHARACTERS = 8_000, 24_000


class Excerpt(NamedTuple):
    """A stretch of a document, the page that it is of, and its name: "page 3 of 9", or "part 1 of 4" without pages."""

    label: str
    span: Span
    page: Page | None


def excerpts(document: Document) -> list[Excerpt]:
    """The document from start to end without gaps, by page; the text of a very long page is split."""
    if document.is_unpaged:
        spans = list(_split(Span(0, len(document.text)), document.text))
        return [Excerpt(f"part {i} of {len(spans)}", span, None) for i, span in enumerate(spans, 1)]
    return list(_of_pages(document))


def excerpt_at(parts: Sequence[Excerpt], position: int) -> int:
    """The number, from 1, of the excerpt that holds a character."""
    return max(bisect_right(parts, position, key=lambda part: part.span.start), 1)


def _of_pages(document: Document) -> Iterator[Excerpt]:
    last = document.pages[-1].number
    edges = [0, *(page.start for page in document.pages[1:]), len(document.text)]
    for page, start, end in zip(document.pages, edges[:-1], edges[1:], strict=True):
        spans = list(_split(Span(start, end), document.text))
        for i, span in enumerate(spans, 1):
            part = f", part {i} of {len(spans)}" if len(spans) > 1 else ""
            yield Excerpt(f"page {page.number} of {last}{part}", span, page)


def _split(span: Span, text: str) -> Iterator[Span]:
    """Parts of at most `_MAX_CHARACTERS` that end with a line where they can."""
    start = span.start
    while span.end - start > _MAX_CHARACTERS:
        line_end = text.rfind("\n", start + _MIN_CHARACTERS, start + _MAX_CHARACTERS) + 1
        end = line_end or start + _MAX_CHARACTERS
        yield Span(start, end)
        start = end
    yield Span(start, span.end)
