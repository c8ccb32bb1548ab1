"""On which pages of which document the hits and citations of all columns stand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.via import marked_entries
from rag_core.html.why_marks import why_marks
from rag_core.stages.results import Citation, Hit
from rag_core.stages.stage_scores import score_text


class Placed(NamedTuple):
    """A hit or a citation in the document of that position, with its pages, and `page`, the one to look at first.

    `rank` is the hit's; `key` is the hit's, "column-rank", or the citation's, "ccolumn-position".
    """

    key: str
    column: int
    rank: int
    document: int
    pages: list[int]
    page: int
    title: str


class HitPlaces:
    """The places of a comparison; hits in plain text have none."""

    def __init__(self, view: ComparisonView) -> None:
        self.view = view
        self.documents = _with_pages(view.documents)
        self._positions = {document.source_id: i for i, document in enumerate(self.documents)}

    @property
    def without_pages(self) -> list[str]:
        """The labels of the documents that have no pages to show."""
        other = [document for document in self.view.documents if document.source_id not in self._positions]
        return list(dict.fromkeys(document.label for document in other))

    @cached_property
    def hits(self) -> list[tuple[Placed, Hit]]:
        """In reading order: by document, first page, place in the text, and column."""
        columns = self.view.comparison.columns
        found = [(self._hit(c, hit), hit) for c, column in enumerate(columns) for hit in column.hits if self.has(hit)]
        return sorted(found, key=lambda one: (one[0].document, one[0].pages[0], one[1].start, one[0].column))

    @cached_property
    def citations(self) -> list[tuple[Placed, Hit, Span]]:
        """What the columns' answers quote, in the order of each answer."""
        found = []
        for column, of in enumerate(self.view.comparison.columns):
            for position, citation in enumerate(of.answer.citations if of.answer else ()):
                hit = of.hits[citation.hit - 1]
                if self.has(hit):
                    found.append((self._citation(column, position, citation, hit), hit, _span(citation)))
        return found

    def has(self, hit: Hit) -> bool:
        """Whether the hit has a place on a page that can be shown."""
        return bool(hit.pages) and self.view.document(hit.document).source_id in self._positions

    def _hit(self, column: int, hit: Hit) -> Placed:
        score = "" if hit.score is None else f" · score {score_text(hit.score)}"
        title = f"{self.view.names[column]} · rank {hit.rank}{score}"
        page = self._page_of(hit, self._first_look(column, hit))
        return Placed(f"{column}-{hit.rank}", column, hit.rank, self._position(hit), hit.pages, page, title)

    def _citation(self, column: int, position: int, citation: Citation, hit: Hit) -> Placed:
        pages = self._pages(hit, _span(citation))
        title = f"{self.view.names[column]} · cited in the answer as [{hit.rank}]"
        return Placed(f"c{column}-{position}", column, hit.rank, self._position(hit), pages, pages[0], title)

    def _first_look(self, column: int, hit: Hit) -> Span:
        """What is looked at first: what explains or matched the hit most, or else its beginning."""
        why = why_marks(self.view, column, hit)
        if why is not None and why.pieces:
            return why.strongest
        matched = next((via for via in marked_entries(hit) if via.start is not None and via.end is not None), None)
        return Span(hit.start, hit.end) if matched is None else Span(matched.start or 0, matched.end or 0)

    def _page_of(self, hit: Hit, span: Span) -> int:
        return self._pages(hit, span)[0]

    def _pages(self, hit: Hit, span: Span) -> list[int]:
        found = [page.number for page in self.view.document(hit.document).pages_of(*span)]
        return found or hit.pages

    def _position(self, hit: Hit) -> int:
        return self._positions[self.view.document(hit.document).source_id]


def _span(citation: Citation) -> Span:
    return Span(citation.start, citation.end)


def _with_pages(documents: Sequence[Document]) -> list[Document]:
    """The documents that have pages to show, each in the text that has most of them: a transcript may hold a few."""
    found: dict[str, Document] = {}
    for document in documents:
        known = found.get(document.source_id)
        if document.pages[0].width is not None and (known is None or len(document.pages) > len(known.pages)):
            found[document.source_id] = document
    return list(found.values())
