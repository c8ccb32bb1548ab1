"""One column at work: from chunks to hits to an answer, with its timings and counts."""

from __future__ import annotations

import dataclasses
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

from rag_core.answers.extractive import QuotableSentence, candidates, extractive_answer, shortlist
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.enrichment.records import Record, Records, fingerprint
from rag_core.geometry import Span
from rag_core.llms.base import ChatModel
from rag_core.parts.budget import Candidate
from rag_core.parts.search import Index
from rag_core.pipeline.coverage import Coverage, coverage
from rag_core.pipeline.index_cache import IndexCache
from rag_core.pipeline.index_record import IndexRecord
from rag_core.pipeline.results import Answer, Column, Counts, Hit, IndexCounts, Timings, Via
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.stages.entries import Entry, Scored
from rag_core.strategy import Strategy
from rag_core.text.tokenizers import get_tokenizer


class Run:
    """The steps of one strategy, in order; between them, all columns' missing texts are embedded in one batch.

    Once the index is made, any number of questions can be asked.
    """

    def __init__(
        self, strategy: Strategy, documents: Sequence[Document], vectors: Vectors, llm: ChatModel | None = None
    ) -> None:
        """Of what a language model writes of chunks, there is what `llm` has written, and what was imported."""
        self.strategy = strategy
        self._documents = documents
        self._model = vectors.model
        self._kept = IndexCache(vectors)
        self._records = Records(vectors.cache, llm)
        self._written: list[list[Record]] | None = None  # of each document's chunks
        self._covered: Coverage | None = None
        self._pools = strategy.search.pools
        self._vectors = ColumnVectors(vectors, self._pools)
        self._chunks: list[list[Span]] = []
        self._entries: list[Entry] = []
        self._index: Index | None = None
        self._hits: list[Hit] = []
        self._candidates: list[QuotableSentence] = []
        self._answer: Answer | None = None
        self._ms: dict[str, float] = defaultdict(float)

    def recall(self) -> bool:
        """Take chunks, entries and vectors from the cache, if all that makes them is as it was; whether it did."""
        with self._timed("chunk_ms"):
            self._read_records()
            record = self._kept.get(self.strategy, self._documents, self._fingerprint())
            if record is not None:
                self._chunks, self._entries, self._covered = record.chunks, record.entries, record.coverage
                self._vectors.matrix = record.matrix
        return record is not None

    def keep(self) -> None:
        """Put what was made into the cache."""
        self._kept.put(
            self.strategy,
            self._documents,
            IndexRecord(self._chunks, self._entries, self._coverage(), self._vectors.matrix),
            self._fingerprint(),
        )

    def _read_records(self) -> None:
        """Once: what is written while the index is made does not come into it."""
        questions = self.strategy.reference.written_questions
        if questions is not None:
            self.cut()
            pairs = zip(self._documents, self._chunks, strict=True)
            self._written = [[self._records.of(d, chunk, questions) for chunk in chunks] for d, chunks in pairs]

    def _fingerprint(self) -> str:
        return fingerprint(chain.from_iterable(self._written)) if self._written else ""

    def cut(self) -> None:
        """Chunk every document; not charged yet, see `indexing`."""
        if not self._chunks:
            self._chunks = [self.strategy.chunker.chunk(document) for document in self._documents]

    def texts_for_entries(self) -> list[str]:
        """What must be embedded before entries can be made."""
        pairs = zip(self._documents, self._chunks, strict=True)
        reference = self.strategy.reference
        return [text for d, chunks in pairs for text in reference.texts_to_embed(d, chunks, self._vectors)]

    def make_entries(self) -> None:
        """Write every chunk's entries; not charged yet, see `indexing`."""
        for i, (document, chunks) in enumerate(zip(self._documents, self._chunks, strict=True)):
            for entry in self._entries_of(i, document, chunks):
                self._entries.append(entry if i == 0 else dataclasses.replace(entry, document=i))

    def _entries_of(self, number: int, document: Document, chunks: Sequence[Span]) -> list[Entry]:
        reference = self.strategy.reference
        if self._written is None:
            return reference.entries(document, chunks, self._vectors)
        return reference.entries_of_records(document, chunks, self._vectors, self._written[number])

    def texts_for_search(self) -> list[str]:
        """What must be embedded before the index can be searched."""
        return list(self.strategy.search.texts_to_embed(self._entries, self._vectors))

    def make_index(self) -> None:
        """Make the entries searchable."""
        with self._timed("chunk_ms"):
            self._index = self.strategy.search.index(self._entries, self._documents, self._vectors)

    def find(self, question: str) -> list[Candidate]:
        """Find entries, re-score them, and take the budget's."""
        assert self._index is not None
        with self._timed("search_ms"):
            found = self._index.search(question)
            ranked = self.strategy.rerank.rerank(question, self._entries, found)
            return self.strategy.budget.take(ranked, self._entries, self._documents, self.strategy.search.entries)

    def search(self, question: str) -> None:
        """Find the hits of the column."""
        self._hits = [self._hit(rank, hit) for rank, hit in enumerate(self.find(question), 1)]

    def read_hits(self, question: str) -> None:
        """Cut the hits into the sentences that an answer may quote."""
        with self._timed("answer_ms"):
            self._candidates = shortlist(question, candidates(self._hits, self._documents), self._vectors)

    def texts_for_answer(self) -> list[str]:
        """What must be embedded before an answer can be given."""
        return [candidate.quoted for candidate in self._candidates]

    def give_answer(self, question: str) -> None:
        """Choose the sentences of the answer."""
        with self._timed("answer_ms"):
            self._answer = extractive_answer(question, self._candidates, self._vectors)

    def charge(self, timing: str, elapsed_ms: float) -> None:
        """This column's share of a batch for all columns."""
        self._ms[timing] += elapsed_ms

    def column(self) -> Column:
        """The finished column."""
        return Column(
            strategy=self.strategy,
            hits=self._hits,
            answer=self._answer,
            timings_ms=self.timings(),
            counts=self._counts(),
        )

    def chunks_of(self, document: int) -> Sequence[Span]:
        """The chunks of the document at that position."""
        return self._chunks[document]

    def timings(self, questions: int = 1) -> Timings:
        """What the steps took; the search as the mean of so many questions."""
        return Timings(
            parse_ms=sum(document.parse_ms for document in self._documents),
            chunk_ms=self._ms["chunk_ms"],
            embed_ms=self._ms["embed_ms"],
            search_ms=self._ms["search_ms"] / questions,
            answer_ms=self._ms["answer_ms"],
        )

    def index_counts(self) -> IndexCounts:
        """What is in the index, and what of it the model reads."""
        covered = self._coverage()
        return IndexCounts(
            chunks=sum(map(len, self._chunks)),
            entries=len(self._entries),
            model_tokens=covered.model_tokens,
            tokens_beyond_limit=covered.truncated,
        )

    def _hit(self, rank: int, taken: Candidate) -> Hit:
        document = self._documents[taken.document]
        start, end = taken.span
        return Hit(
            document=document.id,
            start=start,
            end=end,
            text=document.text[start:end],
            score=_printed(taken.score),
            rank=rank,
            pages=[page.number for page in document.pages_of(start, end)],
            via=[self._via(scored) for scored in taken.via],
        )

    def _via(self, scored: Scored) -> Via:
        entry = self._entries[scored.entry]
        start, end = entry.span or (None, None)
        return Via(kind=entry.kind, start=start, end=end, text=entry.text, score=_printed(scored.score))

    def _counts(self) -> Counts:
        count = get_tokenizer(self._documents[0].tokenizer).count
        distinct = {(hit.document, hit.start, hit.end): hit.text for hit in self._hits}
        return Counts(
            **self.index_counts().model_dump(),
            hits=len(self._hits),
            distinct_parents=len(distinct),
            context_tokens=sum(map(count, distinct.values())),
        )

    def _coverage(self) -> Coverage:
        if self._covered is None:
            self._covered = coverage(self._documents, self._chunks, self._entries, self._model, self._pools.pooling)
        return self._covered

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self._ms[name] += 1000 * (time.perf_counter() - started)


def _printed(score: float) -> float:
    """Without the digits that differ with what was embedded beside a text: everyone who asks gets the same."""
    return round(score, 6)
