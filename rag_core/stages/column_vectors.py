"""Vectors as one column asks for them: every text embedded alone, or pooled from the document's token vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import Document
from rag_core.embeddings.late.token_pass import DEFAULT_OVERLAP_PERCENT
from rag_core.embeddings.late.token_vectors import TokenVectors
from rag_core.embeddings.vectors import Vectors
from rag_core.geometry import Span
from rag_core.stages.entries import Entry

Pooling = Literal["late", "per_chunk"]


class Pools(NamedTuple):
    """How a column's vectors are made; the overlap of windows counts for late pooling."""

    pooling: Pooling = "per_chunk"
    window_overlap_percent: int = DEFAULT_OVERLAP_PERCENT


class ColumnVectors:
    """One column's view of the shared vectors.

    `matrix` are the vectors of the column's entries, once they were asked for or brought along from an earlier time.
    """

    matrix: NDArray[np.float32] | None = None

    def __init__(self, vectors: Vectors, pools: Pools) -> None:
        self._vectors = vectors
        self.model = vectors.model
        self.late = pools.pooling == "late"
        self._overlap_percent = pools.window_overlap_percent
        self._read: dict[str, TokenVectors] = {}

    def texts_of_spans(self, document: Document, spans: Sequence[Span]) -> list[str]:
        """The texts that must be embedded for these spans' vectors; none where they are pooled."""
        return [] if self.late else [document.text[start:end] for start, end in spans]

    def texts_of_entries(self, entries: Sequence[Entry]) -> list[str]:
        """The texts that must be embedded for these entries' vectors."""
        return [entry.text for entry in entries if not (self.late and entry.covers)]

    def of_spans(self, document: Document, spans: Sequence[Span]) -> NDArray[np.float32]:
        """The spans' vectors, of shape (len(spans), dimensions)."""
        if self.late:
            return self._tokens_of(document).pool(spans)
        return self._vectors.passages(self.texts_of_spans(document, spans))

    def of_entries(self, entries: Sequence[Entry], documents: Sequence[Document]) -> NDArray[np.float32]:
        """The entries' vectors, of shape (len(entries), dimensions); equal texts embedded alone have equal ones."""
        if self.matrix is None:
            self.matrix = self._made(entries, documents)
        return self.matrix

    def _made(self, entries: Sequence[Entry], documents: Sequence[Document]) -> NDArray[np.float32]:
        matrix = np.zeros((len(entries), self._vectors.model.info.dimensions), np.float32)
        alone = [i for i, entry in enumerate(entries) if not (self.late and entry.covers)]
        matrix[alone] = self._vectors.passages([entries[i].text for i in alone])
        for number, document in enumerate(documents if self.late else ()):
            rows = [i for i, entry in enumerate(entries) if entry.document == number and entry.covers]
            matrix[rows] = self._tokens_of(document).pool_groups([entries[i].covers for i in rows])
        return matrix

    def _tokens_of(self, document: Document) -> TokenVectors:
        """Held as long as the column is at work: documents too big to be kept side by side are fetched once each."""
        if document.text_hash not in self._read:
            self._read[document.text_hash] = self._vectors.token_vectors.read(document, self._overlap_percent)
        return self._read[document.text_hash]

    def alone(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts embedded alone, whatever the column's pooling; of shape (len(texts), dimensions)."""
        return self._vectors.passages(texts)

    def query(self, text: str) -> NDArray[np.float32]:
        """The question's vector, of shape (dimensions,); the same under either pooling."""
        return self._vectors.query(text)
