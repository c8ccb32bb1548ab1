"""The search `dense`: exact search by cosine similarity of embedding vectors, with numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.part import register
from rag_core.parts.search.fields import EmbeddingSearch, for_dense
from rag_core.parts.search.ranked import document_order, ranked
from rag_core.parts.search.scaling import Scores, combined
from rag_core.stages.built_index import Index
from rag_core.stages.entries import Entry
from rag_core.stages.entry_vectors import EntryVectors
from rag_core.stages.query import Query
from rag_core.stages.ranking import Ranking
from rag_core.stages.resources import Resources


@register
class DenseSearch(EmbeddingSearch):
    """Ranks all entries by the cosine similarity of their vectors to the query's, without approximation."""

    kind: Literal["dense"] = "dense"
    label: ClassVar[str] = "Dense"
    summary: ClassVar[str] = "Cosine similarity of embedding vectors, compared with every entry (exact)"
    score_name: ClassVar[str] = "cosine similarity"
    embeds_entries: ClassVar[bool] = True

    @override
    def short(self) -> str:
        return f"dense, {self.pooling.replace('_', ' ')}"

    @override
    def index(self, entries: Sequence[Entry], documents: Sequence[Document], resources: Resources) -> Index:
        return DenseIndex(entries, resources.vectors.of_entries(entries, documents))


class DenseIndex:
    """An exact index over the vectors of entries."""

    def __init__(self, entries: Sequence[Entry], vectors: EntryVectors) -> None:
        self._vectors = vectors
        self._order = document_order(entries)

    def search(self, queries: Sequence[Query], resources: Resources, limit: int | None = None) -> Ranking:
        """The best entries, at most `limit` if given, by descending score; ties are in document order.

        Scores are cosine similarities, from -1 to 1; with several queries or levels, scaled scores (`combined`).
        """
        asked = for_dense(queries)
        if not asked:
            raise UserError("search.kind=dense has nothing to search for: every query is for another search (bm25).")
        return ranked(self._order, limit, combined("dense", *dense_scores(self._vectors, asked, resources)))


def dense_scores(
    vectors: EntryVectors, queries: Sequence[Query], resources: Resources
) -> tuple[list[Scores], list[float]]:
    """The cosine similarities of the entries, for each level an array of shape (queries, entries), and the weights.

    Averaged queries count as one.
    """
    asked, weights = resources.vectors.of_queries(queries)
    # One product per query: in a matrix product, the last digits would depend on the number of queries.
    return list(np.stack([vectors.scores(vector) for vector in asked], axis=1)), weights
