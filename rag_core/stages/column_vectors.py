"""The vectors that one column uses: texts embedded separately, or spans pooled from the document's token vectors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import Document
from rag_core.embeddings.base import Tokens
from rag_core.embeddings.late.token_shares import TokenShares, token_shares
from rag_core.embeddings.late.token_vectors import TokenVectors
from rag_core.embeddings.pooling import Pools
from rag_core.embeddings.vectors import Vectors
from rag_core.geometry import Span
from rag_core.progress import Report, ignore
from rag_core.stages.costs import Costs
from rag_core.stages.entries import Entry, level_count
from rag_core.stages.entry_vectors import EntryVectors, VectorMatrix, pooled_runs
from rag_core.stages.query import Query, QueryRole


class ColumnVectors:
    """One column's view of the shared vectors; missing vectors are computed on demand.

    `elapsed_ms` is how long the column has waited for the model.
    """

    def __init__(self, vectors: Vectors, pools: Pools, costs: Costs | None = None, report: Report = ignore) -> None:
        """`costs` is shared by the columns of a comparison."""
        self._vectors = vectors
        self.costs = costs or Costs()
        self._report = report
        self._overlap_percent = pools.window_overlap_percent
        self._token_vectors: dict[str, TokenVectors] = {}
        self._uses: dict[str, None] = {}
        self.model = vectors.model
        self.pooling = pools.pooling
        self.late = pools.pooling == "late"
        self._entries: Sequence[Entry] | None = None  # those whose vectors are in `_of_entries`
        self._of_entries: EntryVectors | None = None
        self.elapsed_ms = 0.0

    def of_spans(self, document: Document, spans: Sequence[Span]) -> NDArray[np.float32]:
        """The vectors of spans of a document, float32 of shape (len(spans), dimensions)."""
        if self.pooling == "late":
            return self._tokens_of(document).pool(spans)
        alone = self.of_texts([document.text[start:end] for start, end in spans])
        if self.pooling == "per_chunk":
            return alone
        return np.asarray((alone + self._tokens_of(document).pool(spans)) / 2, np.float32)

    def of_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of texts that are embedded separately under either pooling; shape (len(texts), dimensions)."""
        self.prepare(texts)
        return self._vectors.passages(texts)

    def of_query(self, text: str, role: QueryRole = "query") -> NDArray[np.float32]:
        """The vector of a query, embedded in the given role; shape (dimensions,), and equal under either pooling."""
        return self._vectors.query(text) if role == "query" else self.of_texts([text])[0]

    def of_queries(self, queries: Sequence[Query]) -> tuple[list[NDArray[np.float32]], list[float]]:
        """The vectors that entries are compared with, and their weights: one per query, one for all averaged ones."""
        vectors = [self.of_query(query.text, query.role) for query in queries]
        mean, total = np.zeros(self.model.info.dimensions, np.float32), 0.0
        alone: list[tuple[NDArray[np.float32], float]] = []
        for query, vector in zip(queries, vectors, strict=True):
            if query.averaged:
                mean, total = np.asarray(mean + query.weight * vector, np.float32), total + query.weight
            else:
                alone.append((vector, query.weight))
        if any(query.averaged for query in queries):
            alone.insert(0, (np.asarray(mean / (np.linalg.norm(mean) or 1.0), np.float32), total))
        return [vector for vector, _ in alone], [weight for _, weight in alone]

    def token_shares(
        self, document: Document, groups: Sequence[Sequence[Span]], queries: Sequence[Query]
    ) -> TokenShares:
        """The share of each token in the mean similarity of the groups of spans to the queries, by their weights.

        The groups are those whose vectors late pooling makes, one for each level of an entry.
        """
        vectors, weights = self.of_queries(queries)
        total = sum(weights) or 1.0
        weighted = [weight / total * vector for vector, weight in zip(vectors, weights, strict=True)]
        return token_shares(self._tokens_of(document), groups, np.sum(weighted, axis=0, dtype=np.float32))

    def tokens_of_question(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ids of a question's tokens as far as the model reads it, and their vectors, of length 1."""
        with self._waiting():
            return self._vectors.text_tokens.of_question(text)

    def tokens_of_texts(self, texts: Sequence[str]) -> list[NDArray[np.float16]]:
        """For each text that the model reads alone, the vectors of its tokens, of length 1."""
        with self._waiting():
            return self._vectors.text_tokens.of(texts, self._report)

    def tokens_of(self, document: Document) -> Tokens:
        """The tokens of a document's text, as the embedding model counts them."""
        return self._vectors.text_tokens.of_document(document)

    def of_entries(self, entries: Sequence[Entry], documents: Sequence[Document]) -> EntryVectors:
        """The vectors of the entries; equal texts that are embedded separately have equal vectors."""
        known = self.known_of(entries)
        if known is not None:
            return known
        self.prepare(self.texts_of_entries(entries, documents))
        made = self._made(entries, documents)
        self.remember(entries, made)
        return made

    def remember(self, entries: Sequence[Entry], vectors: EntryVectors | None) -> None:
        """Have `of_entries` return these vectors for this list of entries, which must not change any more."""
        self._entries, self._of_entries = entries, vectors

    def known_of(self, entries: Sequence[Entry]) -> EntryVectors | None:
        """The vectors of the entries if this very list was the last one requested or remembered; else None."""
        return self._of_entries if self._entries is entries else None

    def texts_of_entries(self, entries: Sequence[Entry], documents: Sequence[Document]) -> list[str]:
        """The texts that must be embedded separately to get the vectors of the entries, level by level."""
        levels = range(level_count(entries))
        alone = [entry for entry in entries if self._is_embedded_alone(entry)]
        return [entry.indexed_text(documents[entry.document], level) for level in levels for entry in alone]

    def have_read(self, documents: Sequence[Document]) -> bool:
        """Whether the model has read all these documents with the column's overlap of windows."""
        store = self._vectors.token_vectors
        return all(store.has(document, self._overlap_percent) for document in documents)

    def missing(self, texts: Sequence[str]) -> list[str]:
        """The distinct texts among `texts` whose vectors are not cached."""
        return self._vectors.missing(texts)

    def prepare(self, texts: Iterator[str] | Sequence[str]) -> None:
        """Embed the missing texts in one batch, so that later requests for single vectors are answered from memory."""
        wanted = list(dict.fromkeys(texts))
        missing = self._vectors.missing(wanted)
        if missing:
            with self._waiting():
                self.model.wait(self._report)
                started = time.perf_counter()
                self._vectors.prepare(missing, self._report)
                elapsed_ms = 1000 * (time.perf_counter() - started)
            self.costs.note_texts(dict(zip(missing, self.model.count_tokens(missing), strict=True)), elapsed_ms)
        self._uses |= dict.fromkeys(wanted)

    def prepare_queries(self, texts: Sequence[str]) -> None:
        """Embed queries in one batch; the time is not part of any column's `embed_ms`."""
        with self._waiting():
            self._vectors.prepare(texts, self._report, "query")

    def take_embed_ms(self) -> float:
        """The embedding time, in ms, of all vectors requested since the last call, as if the column had run alone."""
        uses, self._uses = self._uses, {}
        return self.costs.embedding_ms(uses)

    def start_clock(self) -> Callable[[], float]:
        """Start a clock; the function returned reads it, in ms without those that the model was waited for."""
        started, waited_ms = time.perf_counter(), self.elapsed_ms
        return lambda: 1000 * (time.perf_counter() - started) - (self.elapsed_ms - waited_ms)

    def _made(self, entries: Sequence[Entry], documents: Sequence[Document]) -> EntryVectors:
        levels = range(level_count(entries))
        if len(levels) > 1 and self.pooling == "late" and all(map(_is_plain, entries)):
            of_documents = [[entry for entry in entries if entry.document == i] for i in range(len(documents))]
            windows = [
                np.array([one.windows for one in of], np.int64).reshape(-1, len(levels), 2) for of in of_documents
            ]
            return pooled_runs(
                [self._tokens_of(document) for document in documents], [of.swapaxes(0, 1) for of in windows]
            )
        return VectorMatrix(np.stack([self._of_level(entries, documents, level) for level in levels]))

    def _of_level(self, entries: Sequence[Entry], documents: Sequence[Document], level: int) -> NDArray[np.float32]:
        matrix = np.zeros((len(entries), self.model.info.dimensions), np.float32)
        alone = [i for i, entry in enumerate(entries) if self._is_embedded_alone(entry)]
        texts = [entries[i].indexed_text(documents[entries[i].document], level) for i in alone]
        matrix[alone] = self._vectors.passages(texts)
        for number, document in enumerate(documents):
            rows = [i for i, entry in enumerate(entries) if entry.document == number and self._is_pooled(entry)]
            if rows:
                pooled = self._tokens_of(document).pool_groups([entries[i].read_spans(level) for i in rows])
                matrix[rows] = pooled if self.pooling == "late" else (matrix[rows] + pooled) / 2
        return matrix

    def _is_pooled(self, entry: Entry) -> bool:
        return self.pooling != "per_chunk" and not entry.lead and bool(entry.windows or entry.quotes)

    def _is_embedded_alone(self, entry: Entry) -> bool:
        return self.pooling == "mean" or not self._is_pooled(entry)

    def _tokens_of(self, document: Document) -> TokenVectors:
        """The document's token vectors, held while the column is built: the shared cache may be too small for all."""
        found = self._token_vectors.get(document.text_hash)
        if found is None:
            found = self._token_vectors[document.text_hash] = self._read(document)
        return found

    def _read(self, document: Document) -> TokenVectors:
        store, name = self._vectors.token_vectors, f"{document.text_hash} {self._overlap_percent}"
        self._uses[name] = None
        if store.has(document, self._overlap_percent):
            return store.read(document, self._overlap_percent)
        with self._waiting():
            self.model.wait(self._report)
            started = time.perf_counter()
            found = store.read(document, self._overlap_percent, self._report)
            self.costs.note_document(name, 1000 * (time.perf_counter() - started))
        return found

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.elapsed_ms += 1000 * (time.perf_counter() - started)


def _is_plain(entry: Entry) -> bool:
    """Whether windows of the document are all that is indexed for the entry."""
    return bool(entry.windows) and not entry.context and not entry.lead
