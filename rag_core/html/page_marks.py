"""What is marked on the pages: the hits, matches and citations of all columns, and why the hits have their scores."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from threading import Lock

from cachetools import LRUCache

from rag_core.documents.document import Document
from rag_core.geometry import Box, Span
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.hit_places import HitPlaces, Placed
from rag_core.html.page_view import MarkKind, PageMark, overlay_svg
from rag_core.html.palette import MARKS
from rag_core.html.via import marked_entries
from rag_core.html.why_marks import why_marks
from rag_core.pipeline.aligned import boxes_on_page
from rag_core.stages.results import Hit

_MAX_CACHED = 128  # pages with their marks
_ORDER: tuple[MarkKind, ...] = ("hit", "match", "piece", "term", "citation")  # the last on top


class PageMarks:
    """The marks of a comparison, computed for the pages that somebody looks at; safe for several threads."""

    def __init__(self, view: ComparisonView) -> None:
        self.places = HitPlaces(view)
        self._view = view
        self._overlays: LRUCache[tuple[int, int], str] = LRUCache(_MAX_CACHED)
        self._boxes: dict[tuple[str, Span], dict[int, list[Box]]] = {}
        self._lock = Lock()

    @cached_property
    def fingerprint(self) -> str:
        """Equal for comparisons whose pages look alike."""
        view, places = self._view, self.places
        hits = [(*placed, hit.start, hit.end, [(v.start, v.end) for v in hit.via]) for placed, hit in places.hits]
        cited = [(*placed, *span) for placed, _, span in places.citations]
        parts = ([document.id for document in view.documents], view.comparison.question, hits, cited)
        return hashlib.sha256(repr((parts, view.explanations is None)).encode("utf-8", "replace")).hexdigest()

    def overlay(self, document: int, number: int) -> str:
        """The marks of a page as SVG. Raises LookupError for a page that does not exist."""
        with self._lock:
            if (document, number) not in self._overlays:
                pages = self.places.documents[document].pages
                page = next((page for page in pages if page.number == number), None)
                if page is None:
                    raise LookupError(f"there is no page {number:,}")
                marks = sorted(self._marks(document, number), key=lambda mark: _ORDER.index(mark.kind))
                self._overlays[document, number] = overlay_svg(page, marks, name=f"d{document}n{number}")
            return self._overlays[document, number]

    def _marks(self, document: int, number: int) -> Iterator[PageMark]:
        for placed, hit in self.places.hits:
            if placed.document == document and number in placed.pages:
                yield from self._of_hit(placed, hit, number)
        for placed, hit, span in self.places.citations:
            if placed.document == document and number in placed.pages:
                yield PageMark(self._on(hit, span, number), placed.column, "citation", placed.key, placed.title)

    def _of_hit(self, placed: Placed, hit: Hit, number: int) -> Iterator[PageMark]:
        label = f"{MARKS[placed.column].symbol}{placed.rank}"
        whole = self._on(hit, Span(hit.start, hit.end), number)
        yield PageMark(whole, placed.column, "hit", placed.key, placed.title, label)
        for via in marked_entries(hit)[:1]:
            if via.start is not None and via.end is not None:
                boxes = self._on(hit, Span(via.start, via.end), number)
                yield PageMark(boxes, placed.column, "match", placed.key, f"{placed.title} · what matched")
        if why := why_marks(self._view, placed.column, hit):
            yield from why.page_marks(placed.column, placed.key, lambda span: self._on(hit, span, number))

    def _on(self, hit: Hit, span: Span, number: int) -> list[Box]:
        """The boxes of a span of the hit's document on a page."""
        document = self._view.document(hit.document)
        if document.char_boxes is not None:
            return document.boxes(*_within(document, span, number)).get(number, [])
        if (document.id, span) not in self._boxes:
            self._boxes[document.id, span] = boxes_on_page(document, span)
        return self._boxes[document.id, span].get(number, [])


def _within(document: Document, span: Span, number: int) -> Span:
    """The part of the span that is on a page: a hit may be a whole document."""
    page = next((page for page in document.pages if page.number == number), None)
    if page is None:
        return Span(span.start, span.start)
    return Span(max(span.start, page.start), max(min(span.end, page.end), page.start, span.start))
