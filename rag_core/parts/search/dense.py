"""The search `dense`: exact search by cosine similarity of embedding vectors, with numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.late.token_pass import DEFAULT_OVERLAP_PERCENT
from rag_core.embeddings.pooling import Pooling, Pools
from rag_core.errors import UserError
from rag_core.part import register
from rag_core.parts.search.base import Search
from rag_core.parts.search.scaling import combined
from rag_core.stages.built_index import Index
from rag_core.stages.entries import Entry
from rag_core.stages.ordering import best_first
from rag_core.stages.query import Query
from rag_core.stages.ranking import Ranking, Scored
from rag_core.stages.resources import Resources


@register
class DenseSearch(Search):
    """Ranks all entries by the cosine similarity of their vectors to the query's, without approximation."""

    kind: Literal["dense"] = "dense"
    label: ClassVar[str] = "Dense"
    summary: ClassVar[str] = "Cosine similarity of embedding vectors, compared with every entry (exact)"
    score_name: ClassVar[str] = "cosine similarity"
    embeds_entries: ClassVar[bool] = True

    pooling: Pooling = Field(
        "late",
        title="Pooling",
        description="late: the model reads the whole document once, and a chunk's vector is the mean of its tokens' "
        "vectors; per_chunk: each chunk is embedded separately, and truncated at the model's token limit",
    )
    window_overlap_percent: int = Field(
        DEFAULT_OVERLAP_PERCENT,
        ge=0,
        le=75,
        title="Window overlap, %",
        json_schema_extra={"only_with": {"pooling": "late"}},
        description="Late pooling reads the document in windows as long as the model's token limit; this is the share "
        "of a window that it has in common with the one before",
    )

    @property
    @override
    def pools(self) -> Pools:
        return Pools(self.pooling, self.window_overlap_percent)

    @override
    def fitted(self, model: EmbeddingModel) -> Self:
        if self.pooling in model.poolings:
            return self
        if "pooling" in self.model_fields_set:
            raise UserError(
                f"{model.name} does not support search.pooling={self.pooling}. {model.info.late_pooling_obstacle} "
                "Set search.pooling=per_chunk, or choose another embedding model."
            )
        return self.model_copy(update={"pooling": "per_chunk"})

    @override
    def short(self) -> str:
        return f"dense, {self.pooling.replace('_', ' ')}"

    @override
    def index(self, entries: Sequence[Entry], documents: Sequence[Document], resources: Resources) -> Index:
        return DenseIndex(entries, resources.vectors.of_entries(entries, documents))


class DenseIndex:
    """An exact index over unit vectors, float32 of shape (levels, entries, dimensions)."""

    def __init__(self, entries: Sequence[Entry], vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors
        self._order = _document_order(entries)

    def search(self, queries: Sequence[Query], resources: Resources, limit: int | None = None) -> Ranking:
        """The best entries, at most `limit` if given, by descending score; ties are in document order.

        Scores are cosine similarities, from -1 to 1; with several queries or levels, scaled scores (`combined`).
        """
        asked = [query for query in queries if query.use != "bm25"]
        if not asked:
            raise UserError("search.kind=dense has nothing to search for: every query is for another search (bm25).")
        vectors = np.stack([resources.vectors.of_query(query.text, query.role) for query in asked])
        # One product per query: in a matrix product, the last digits would depend on the number of queries.
        levels = [np.stack([level @ vector for vector in vectors]) for level in self._vectors]
        scores = combined(levels, [query.weight for query in asked])
        best = self._order[best_first(scores[self._order])][:limit]
        found = [Scored(int(i), float(scores[i])) for i in best]
        return Ranking(found, complete=len(found) == len(scores), stages={"dense": scores})


def _document_order(entries: Sequence[Entry]) -> NDArray[np.intp]:
    starts = [(entry.span or entry.chunk).start for entry in entries]
    return np.lexsort((starts, [entry.document for entry in entries]))
