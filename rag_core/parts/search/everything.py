"""The search `everything`: all entries in document order, without scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.part import register
from rag_core.parts.search.base import Search
from rag_core.parts.search.ranked import document_order
from rag_core.stages.built_index import Index
from rag_core.stages.entries import Entry
from rag_core.stages.query import Query
from rag_core.stages.ranking import Ranking, ScoredEntries
from rag_core.stages.resources import Resources


@register
class Everything(Search):
    """Finds all entries in the order of the documents and their text, whatever the question is."""

    kind: Literal["everything"] = "everything"
    label: ClassVar[str] = "Everything"
    summary: ClassVar[str] = "All of the text in document order, without scores: the document itself as context"
    score_name: ClassVar[str] = "no score"
    gives_scores: ClassVar[bool] = False

    @override
    def score_name_of(self, levels: int) -> str:
        return self.score_name

    @override
    def short(self) -> str:
        return "everything"

    @override
    def index(self, entries: Sequence[Entry], documents: Sequence[Document], resources: Resources) -> Index:
        return EverythingIndex(document_order(entries))


class EverythingIndex:
    """The order of the entries in their documents."""

    def __init__(self, order: NDArray[np.intp]) -> None:
        self._order = order

    def search(self, queries: Sequence[Query], resources: Resources, limit: int | None = None) -> Ranking:
        """All entries in document order, or the first `limit` of them; none has a score."""
        taken = self._order[:limit]
        return Ranking(ScoredEntries(taken, np.full(len(taken), np.nan)), complete=len(taken) == len(self._order))
