"""Exact search by cosine similarity of embedding vectors, over numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from rag_core.embeddings.vectors import Vectors
from rag_core.entries import Entry, Scored
from rag_core.parts import register
from rag_core.program import Code, Setting
from rag_core.ranking import best_first
from rag_core.search.base import Index, Search


@register
class DenseSearch(Search):
    """Compares the question's vector with every entry's: no approximation."""

    kind: Literal["dense"] = "dense"
    label: ClassVar[str] = "Dense"
    summary: ClassVar[str] = "Cosine similarity of embedding vectors, compared with every entry (exact)"

    pooling: Literal["per_chunk"] = Field(
        "per_chunk", title="Pooling", description="How an entry gets its vector: per_chunk embeds each text alone"
    )

    def short(self) -> str:
        """See Part."""
        return "dense"

    def texts_to_embed(self, entries: Sequence[Entry]) -> Sequence[str]:
        """See Search."""
        return [entry.text for entry in entries]

    def index(self, entries: Sequence[Entry], vectors: Vectors) -> Index:
        """See Search."""
        return DenseIndex(entries, vectors)

    def llama_index_code(self, setting: Setting) -> Code:
        """See Part."""
        return Code(
            imports=("from llama_index.core import VectorStoreIndex",),
            lines=f"index = VectorStoreIndex({setting.indexed}, embed_model=embed_model)\n"
            f"retriever = index.as_retriever(similarity_top_k={setting.top_k})\n",
        )


class DenseIndex:
    """The distinct texts' vectors, float32 of shape (texts, dimensions), each of length 1."""

    def __init__(self, entries: Sequence[Entry], vectors: Vectors) -> None:
        # Equal texts share one vector: less to multiply.
        rows = {text: i for i, text in enumerate(dict.fromkeys(entry.text for entry in entries))}
        self._vectors = vectors
        self._matrix = vectors.passages(list(rows))
        self._row = np.array([rows[entry.text] for entry in entries], dtype=np.intp)
        self._order = _document_order(entries)

    def search(self, query: str, k: int | None = None) -> list[Scored]:
        """See Index; scores are cosine similarities from -1 to 1."""
        scores = (self._matrix @ self._vectors.query(query))[self._row]
        best = self._order[best_first(scores[self._order])][:k]
        return [Scored(int(i), float(scores[i])) for i in best]


def _document_order(entries: Sequence[Entry]) -> NDArray[np.intp]:
    starts = [(entry.span or entry.chunk).start for entry in entries]
    return np.lexsort((starts, [entry.document for entry in entries]))
