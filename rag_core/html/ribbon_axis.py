"""Where the characters of the documents lie on the ribbon."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from rag_core.documents.document import Document, Page
from rag_core.geometry import Span

_MAX_TICKS = 12
_LAST_TICK_PERCENT = 97  # on a phone, a number further right would leave the screen


class Tick(NamedTuple):
    """A label; `left` is percent of the ribbon, and so is `width`, its maximum, where it is a document's."""

    left: float
    label: str
    width: float | None = None


class _Source(NamedTuple):
    """A document's part of the ribbon, from `offset` on, `size` long.

    Several parsers may have read it: their texts share that part by page, all pages, `pages` of them, being equally
    wide. It is None where there is one text, whose characters are equally wide.
    """

    text: Document
    offset: int
    size: int
    pages: int | None


class Axis:
    """The documents from left to right; those with the same `source_id` are texts of one document."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = {document.id: document for document in documents}
        self._sources: dict[str, _Source] = {}
        self._total = 0
        for source_id, texts in _by_source(documents).items():
            size = max(1, *(len(text.text) for text in texts))
            pages = max(page.number for text in texts for page in text.pages) if len(texts) > 1 else None
            self._sources[source_id] = _Source(texts[0], self._total, size, pages)
            self._total += size

    def place(self, document_id: str, span: Span) -> tuple[float, float]:
        """Left edge and width of a span that is not empty, in percent of the ribbon."""
        document = self._documents[document_id]
        source = self._sources[document.source_id]
        if source.pages is None:
            left, right = (character / source.size for character in span)
        else:
            left = _pages_before(document, span.start, span.start) / source.pages
            right = _pages_before(document, span.end - 1, span.end) / source.pages
        return self._percent(source, left), 100 * (right - left) * source.size / self._total

    def ticks(self) -> list[Tick]:
        """The documents' names; of a single one its pages, or shares where it has none."""
        sources = list(self._sources.values())
        if len(sources) > 1:
            share = 100 / self._total
            return [Tick(self._percent(source, 0), source.text.label, share * source.size) for source in sources]
        (source,) = sources
        if source.text.pages[0].width is None:
            return [Tick(share, f"{share} %") for share in (0, 25, 50, 75)]
        starts = self._page_starts(source)
        shown = starts[:: -(-len(starts) // _MAX_TICKS)]
        labelled = [(left, f"page {number}" if number == 1 else f"{number}") for number, left in shown]
        return [Tick(left, label) for left, label in labelled if left <= _LAST_TICK_PERCENT]

    def _page_starts(self, source: _Source) -> list[tuple[int, float]]:
        if source.pages is not None:
            return [(n + 1, self._percent(source, n / source.pages)) for n in range(source.pages)]
        return [(page.number, self._percent(source, page.start / source.size)) for page in source.text.pages]

    def _percent(self, source: _Source, share: float) -> float:
        return 100 * (source.offset + share * source.size) / self._total


def _by_source(documents: Sequence[Document]) -> dict[str, list[Document]]:
    texts: dict[str, list[Document]] = {}
    for document in documents:
        texts.setdefault(document.source_id, []).append(document)
    return texts


def _pages_before(document: Document, character: int, edge: int) -> float:
    """How many pages lie left of an edge of the page that holds the character; with a fraction, of that page's text."""
    page = _page_at(document, character)
    fraction = (edge - page.start) / max(page.end - page.start, 1)
    return page.number - 1 + min(max(fraction, 0.0), 1.0)


def _page_at(document: Document, character: int) -> Page:
    """The page that holds the character, or else, between two pages, the first of them."""
    return document.pages[max(bisect_right(document.pages, character, key=lambda page: page.start) - 1, 0)]
