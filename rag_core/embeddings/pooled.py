"""Vectors as one column asks for them: every text embedded alone, or pooled from the document's token vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import Document, Span
from rag_core.embeddings.vectors import Vectors
from rag_core.entries import Entry

Pooling = Literal["late", "per_chunk"]


class PooledVectors:
    """One column's view of the shared vectors."""

    def __init__(self, vectors: Vectors, pooling: Pooling) -> None:
        self._vectors = vectors
        self.pooling = pooling

    def texts_of_spans(self, document: Document, spans: Sequence[Span]) -> list[str]:
        """The texts that must be embedded for these spans' vectors; none where they are pooled."""
        return [] if self.pooling == "late" else [document.text[start:end] for start, end in spans]

    def texts_of_entries(self, entries: Sequence[Entry]) -> list[str]:
        """The texts that must be embedded for these entries' vectors."""
        return [entry.text for entry in entries if self.pooling == "per_chunk" or not entry.covers]

    def of_spans(self, document: Document, spans: Sequence[Span]) -> NDArray[np.float32]:
        """The spans' vectors, of shape (len(spans), dimensions)."""
        if self.pooling == "late":
            return self._vectors.tokens_of(document).pool(spans)
        return self._vectors.passages(self.texts_of_spans(document, spans))

    def of_entries(self, entries: Sequence[Entry], documents: Sequence[Document]) -> NDArray[np.float32]:
        """The entries' vectors, of shape (len(entries), dimensions); equal texts embedded alone have equal ones."""
        matrix = np.zeros((len(entries), self._vectors.model.dimensions), np.float32)
        alone = [i for i, entry in enumerate(entries) if self.pooling == "per_chunk" or not entry.covers]
        matrix[alone] = self._vectors.passages([entries[i].text for i in alone])
        for number, document in enumerate(documents if self.pooling == "late" else ()):
            rows = [i for i, entry in enumerate(entries) if entry.document == number and entry.covers]
            matrix[rows] = self._vectors.tokens_of(document).pool_groups([entries[i].covers for i in rows])
        return matrix

    def query(self, text: str) -> NDArray[np.float32]:
        """The question's vector, of shape (dimensions,); the same under either pooling."""
        return self._vectors.query(text)
