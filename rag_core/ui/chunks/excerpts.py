"""A long document in excerpts that a browser draws at once: whole pages where it has pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.geometry import Span

_MIN_CHARACTERS, _MAX_CHARACTERS = 8_000, 24_000


class Excerpt(NamedTuple):
    """A stretch of a document, and its name: "pages 1-3 of 9", or "part 1 of 4" of a document without pages."""

    label: str
    span: Span


def excerpts(document: Document) -> list[Excerpt]:
    """The document from start to end without gaps; neighbouring short pages are together, a very long one is split."""
    if document.pages[0].width is None:
        spans = list(_split(Span(0, len(document.text)), document.text))
        return [Excerpt(f"part {i} of {len(spans)}", span) for i, span in enumerate(spans, 1)]
    return list(_of_pages(document))


def _of_pages(document: Document) -> Iterator[Excerpt]:
    first, start = document.pages[0].number, 0
    edges = [page.start for page in document.pages[1:]] + [len(document.text)]
    for page, end in zip(document.pages, edges, strict=True):
        if end - start < _MIN_CHARACTERS and end < len(document.text):
            continue
        label = f"page {first}" if first == page.number else f"pages {first}–{page.number}"  # noqa: RUF001
        parts = list(_split(Span(start, end), document.text))
        for i, span in enumerate(parts, 1):
            part = f", part {i}" if len(parts) > 1 else ""
            yield Excerpt(f"{label} of {len(document.pages)}{part}", span)
        first, start = page.number + 1, end


def _split(span: Span, text: str) -> Iterator[Span]:
    """Parts of at most `_MAX_CHARACTERS` that end with a line where they can."""
    start = span.start
    while span.end - start > _MAX_CHARACTERS:
        line_end = text.rfind("\n", start + _MIN_CHARACTERS, start + _MAX_CHARACTERS) + 1
        end = line_end or start + _MAX_CHARACTERS
        yield Span(start, end)
        start = end
    yield Span(start, span.end)
