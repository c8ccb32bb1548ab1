"""Builds a searchable index from documents with a strategy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain

from rag_core.cache import key_of
from rag_core.documents.document import Document
from rag_core.documents.page_progress import reporting
from rag_core.embeddings.vectors import Vectors
from rag_core.geometry import Span
from rag_core.llms.base import ChatModel
from rag_core.pipeline.column_documents import column_documents
from rag_core.pipeline.coverage import coverage
from rag_core.pipeline.head_context import with_heads
from rag_core.pipeline.index_cache import IndexCache
from rag_core.pipeline.index_record import IndexRecord
from rag_core.progress import Progress, Report, ignore
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.stages.costs import Costs
from rag_core.stages.entries import Entry
from rag_core.stages.resources import Resources
from rag_core.strategy import Strategy


@dataclass(frozen=True, eq=False, kw_only=True)
class StrategyIndex(BuiltIndex):
    """A built index, together with the strategy that it was built for."""

    strategy: Strategy


def resources_for(
    strategy: Strategy,
    vectors: Vectors,
    llm: ChatModel | None = None,
    report: Report = ignore,
    costs: Costs | None = None,
) -> Resources:
    """The resources for the stages of a strategy; vectors are pooled as `Strategy.pools` says."""
    return Resources(ColumnVectors(vectors, strategy.pools(vectors.model), costs, report), llm, vectors.cache, report)


def build(strategy: Strategy, documents: Sequence[Document], resources: Resources) -> StrategyIndex:
    """The strategy's index over all documents, loaded from the cache if it was built before.

    `strategy` must fit the embedding model (`Strategy.fitted`), and `resources` must be made for the strategy
    (`resources_for`). A document that was read with another parser than the strategy's is read again. Raises UserError
    if a document cannot be read, or the embedding model is unavailable.
    """
    draft = IndexDraft(strategy, documents, resources)
    draft.recall()
    draft.write_entries()
    return draft.index()


@dataclass(eq=False)
class IndexDraft:
    """Builds an index in steps: look in the cache, else create chunks and entries, then embed and index them.

    `chunks`, one list per document, and `entries` are complete once `is_written` is true.
    """

    strategy: Strategy
    documents: Sequence[Document]
    resources: Resources
    notices: tuple[str, ...] = ()
    chunks: list[list[Span]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    is_written: bool = False
    _record: IndexRecord | None = None
    _written: str = ""
    _chunk_ms: float = 0.0

    def __post_init__(self) -> None:
        with reporting(self.resources.report):
            self.documents, notices = column_documents(self.strategy, self.documents, self.resources)
        parts = (self.strategy.chunker, self.strategy.reference)
        lacking = [notice for part in parts for document in self.documents for notice in part.notices(document)]
        self.notices = (*notices, *lacking)

    def recall(self) -> bool:
        """Load chunks, entries and vectors from the cache if nothing they depend on has changed; True if loaded."""
        if self.strategy.reference.written_texts:
            # The entries depend on the texts that a language model has written, and these may be more than last time.
            self.write_entries()
            self._written = key_of(*(f"{one.kind} {one.written} {one.lead}" for one in self.entries))
        with self._timed():
            self._record = self._cache.get(self.strategy, self.documents, self._written)
        if self._record is not None:
            self.chunks, self.entries = self._record.chunks, self._record.entries
            self.resources.vectors.remember(self.entries, self._record.vectors)
            self.is_written = True
        return self._record is not None

    def write_entries(self) -> None:
        """Cut every document into chunks, and create their entries, unless both are there already."""
        if self.is_written:
            return
        chunker, reference, resources = self.strategy.chunker, self.strategy.reference, self.resources
        resources.report(Progress("Cutting chunks", 0, 1))
        with self._timed(f"chunker {chunker.kind}"):
            self.chunks = [chunker.chunk(document, resources) for document in self.documents]
        resources.report(Progress("Creating entries", 0, 1))
        with self._timed(f"reference {reference.kind}"):
            pairs = zip(self.documents, self.chunks, strict=True)
            written = [reference.entries(document, chunks, resources) for document, chunks in pairs]
            if self.strategy.parser.indexes_heads:
                written = [with_heads(entries, one) for entries, one in zip(written, self.documents, strict=True)]
            self.entries = list(chain.from_iterable(map(_placed, range(len(written)), written)))
        self.is_written = True

    def missing_texts(self) -> list[str]:
        """The texts that must be embedded for the index and whose vectors are not cached."""
        search, vectors = self.strategy.search, self.resources.vectors
        if self._record is not None or not search.embeds_entries:
            return []
        return vectors.missing(vectors.texts_of_entries(self.entries, self.documents))

    def index(self) -> StrategyIndex:
        """The finished index, which is also stored in the cache."""
        vectors = self.resources.vectors
        with self._timed():
            index = self.strategy.search.index(self.entries, self.documents, self.resources)
        made = self._record or self._made()
        return StrategyIndex(
            strategy=self.strategy,
            documents=self.documents,
            chunks=made.chunks,
            entries=made.entries,
            index=index,
            vectors=made.vectors,
            coverage=made.coverage,
            entries_searched=self.strategy.search.entries,
            resolves_each=self.strategy.reference.resolves_each,
            takes_whole_entries=self.strategy.reference.takes_whole_entries,
            merges=self.strategy.reference.merges,
            chunk_ms=self._chunk_ms,
            notices=self.notices,
            embed_ms=vectors.take_embed_ms(),
        )

    def _made(self) -> IndexRecord:
        vectors = self.resources.vectors
        search = self.strategy.search
        pooling = search.pools.pooling if search.embeds_entries else "late"  # without a model, nothing is truncated
        covered = coverage(self.documents, self.chunks, self.entries, vectors.model, pooling)
        record = IndexRecord(self.chunks, self.entries, covered, vectors.known_of(self.entries))
        self._cache.put(self.strategy, self.documents, record, self._written)
        return record

    @property
    def _cache(self) -> IndexCache:
        return IndexCache(self.resources.cache, self.resources.vectors.model)

    @contextmanager
    def _timed(self, shared_step: str = "") -> Iterator[None]:
        """Add the time of a step to `chunk_ms`, without embedding, which is measured per text.

        Columns share results of a `shared_step`; see `Costs`.
        """
        vectors = self.resources.vectors
        elapsed_ms = vectors.start_clock()
        yield
        own_ms = elapsed_ms()
        self._chunk_ms += vectors.costs.longest_ms(shared_step, own_ms) if shared_step else own_ms


def _placed(position: int, entries: list[Entry]) -> list[Entry]:
    """The entries, assigned to the document at that position."""
    return entries if position == 0 else [replace(entry, document=position) for entry in entries]
