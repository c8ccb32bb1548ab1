"""Exact search by cosine similarity of embedding vectors, over numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.late.token_pass import DEFAULT_OVERLAP_PERCENT
from rag_core.errors import UserError
from rag_core.part import register
from rag_core.parts.search.base import Index, Search
from rag_core.stages.column_vectors import ColumnVectors, Pooling, Pools
from rag_core.stages.entries import Entry, Scored
from rag_core.stages.ordering import best_first


@register
class DenseSearch(Search):
    """Compares the question's vector with every entry's: no approximation."""

    kind: Literal["dense"] = "dense"
    label: ClassVar[str] = "Dense"
    summary: ClassVar[str] = "Cosine similarity of embedding vectors, compared with every entry (exact)"

    pooling: Pooling = Field(
        "late",
        title="Pooling",
        description="Late reads the document once and gives every chunk the mean of its tokens, in their context; "
        "per chunk embeds each chunk alone, and drops what lies beyond the model's limit",
    )
    window_overlap_percent: int = Field(
        DEFAULT_OVERLAP_PERCENT,
        ge=0,
        le=75,
        title="Window overlap, %",
        json_schema_extra={"only_with": {"pooling": "late"}},
        description="Late pooling reads the document in windows of the model's limit; this much of each window is in "
        "the one before it too",
    )

    @property
    def pools(self) -> Pools:
        """See Search."""
        return Pools(self.pooling, self.window_overlap_percent)

    def fitted(self, model: EmbeddingModel) -> DenseSearch:
        """See Search: late pooling is the default only where the model allows it."""
        if self.pooling in model.poolings:
            return self
        if "pooling" in self.model_fields_set:
            raise UserError(
                f"{model.name} cannot do search.pooling={self.pooling}. {model.info.late_pooling_obstacle} "
                "Set search.pooling=per_chunk, or choose another embedding model."
            )
        return self.model_copy(update={"pooling": "per_chunk"})

    def short(self) -> str:
        """See Part."""
        return f"dense, {self.pooling.replace('_', ' ')}"

    def texts_to_embed(self, entries: Sequence[Entry], vectors: ColumnVectors) -> Sequence[str]:
        """See Search."""
        return vectors.texts_of_entries(entries)

    def index(self, entries: Sequence[Entry], documents: Sequence[Document], vectors: ColumnVectors) -> Index:
        """See Search."""
        return DenseIndex(entries, documents, vectors)


class DenseIndex:
    """The entries' vectors, float32 of shape (entries, dimensions), each of length 1."""

    def __init__(self, entries: Sequence[Entry], documents: Sequence[Document], vectors: ColumnVectors) -> None:
        self._vectors = vectors
        self._matrix = vectors.of_entries(entries, documents)
        self._order = _document_order(entries)

    def search(self, query: str, k: int | None = None) -> list[Scored]:
        """See Index; scores are cosine similarities from -1 to 1."""
        scores = self._matrix @ self._vectors.query(query)
        best = self._order[best_first(scores[self._order])][:k]
        return [Scored(int(i), float(scores[i])) for i in best]


def _document_order(entries: Sequence[Entry]) -> NDArray[np.intp]:
    starts = [(entry.span or entry.chunk).start for entry in entries]
    return np.lexsort((starts, [entry.document for entry in entries]))
