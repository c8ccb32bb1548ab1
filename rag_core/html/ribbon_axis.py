"""Where the characters of the documents lie on the ribbon."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from rag_core.documents.document import Document, Page
from rag_core.geometry import Span
from rag_core.pipeline.aligned import aligned

_MAX_TICKS = 12
_LAST_TICK_PERCENT = 97  # on a phone, a number further right would leave the screen


class Tick(NamedTuple):
    """A label; `left` is percent of the ribbon, and so is `width`, its maximum, where it is a document's."""

    left: float
    label: str
    width: float | None = None


class _Source(NamedTuple):
    """A document's part of the ribbon: the characters of its first text, `size` of them, from `offset` on.

    Other parsers may have read it too: their texts are laid onto the first one's.
    """

    text: Document
    offset: int
    size: int


class Axis:
    """The documents from left to right; those with the same `source_id` are texts of one document."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = {document.id: document for document in documents}
        self._sources: dict[str, _Source] = {}
        self._total = 0
        for source_id, texts in _by_source(documents).items():
            size = max(1, len(texts[0].text))
            self._sources[source_id] = _Source(texts[0], self._total, size)
            self._total += size

    def places(self, document_id: str, span: Span) -> list[tuple[float, float]]:
        """Left edges and widths of a span that is not empty, in percent of the ribbon: one, unless blocks moved."""
        document = self._documents[document_id]
        source = self._sources[document.source_id]
        spans = [span] if document is source.text else _laid(document, span, source.text)
        return [(self._percent(source, start / source.size), 100 * (end - start) / self._total) for start, end in spans]

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
        return [(page.number, self._percent(source, page.start / source.size)) for page in source.text.pages]

    def _percent(self, source: _Source, share: float) -> float:
        return 100 * (source.offset + share * source.size) / self._total


def _by_source(documents: Sequence[Document]) -> dict[str, list[Document]]:
    texts: dict[str, list[Document]] = {}
    for document in documents:
        texts.setdefault(document.source_id, []).append(document)
    return texts


def _laid(document: Document, span: Span, onto: Document) -> list[Span]:
    """The span of another text of the same file; what that text lacks is where its page is."""
    placed = aligned(document, onto).span_in_b(span)
    if placed is not None:
        return list(placed.spans)
    page = _page_at(document.pages, span.start)
    there = next((other for other in onto.pages if other.number >= page.number), onto.pages[-1])
    share = (span.start - page.start) / max(page.end - page.start, 1)
    at = there.start + round(min(max(share, 0.0), 1.0) * (there.end - there.start))
    return [Span(at, at)]


def _page_at(pages: Sequence[Page], character: int) -> Page:
    """The page that holds the character, or else, between two pages, the first of them."""
    return pages[max(bisect_right(pages, character, key=lambda page: page.start) - 1, 0)]
