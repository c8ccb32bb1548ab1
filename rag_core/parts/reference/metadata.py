"""Texts about a chunk that refer to it: a summary and questions; without an LLM, central sentences and key phrases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from rag_core.documents.document import Document
from rag_core.documents.sentences import sentences
from rag_core.enrichment.questions import questions_of
from rag_core.enrichment.records import Record
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.reference.base import Reference
from rag_core.parts.reference.central_sentences import central_sentences
from rag_core.parts.reference.key_phrases import key_phrases
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.stages.entries import Entry


@register
class Metadata(Reference):
    """Indexes, for every chunk, its summary, its questions or key phrases, and the chunk itself."""

    kind: Literal["metadata"] = "metadata"
    label: ClassVar[str] = "Summary and questions"
    summary: ClassVar[str] = (
        "Indexes each chunk's summary and questions, written by an LLM, and itself; without an LLM, its central "
        "sentences and its key phrases in their place"
    )

    writer: Literal["extractive", "llm"] = Field(
        "extractive",
        title="Written by",
        description="llm: the chosen language model writes a summary and questions, in two calls a chunk; "
        "extractive: central sentences and key phrases, without an LLM",
    )
    summary_sentences: int = Field(
        3,
        ge=1,
        le=10,
        title="Summary sentences",
        json_schema_extra={"only_with": {"writer": "extractive"}},
        description="Central sentences of a chunk that make its summary",
    )
    questions: int = Field(
        5,
        ge=0,
        le=20,
        title="Questions",
        description="Questions that an LLM writes of each chunk; without an LLM, so many key phrases in their place",
    )

    @property
    def written_questions(self) -> int | None:
        """See Reference."""
        return self.questions if self.writer == "llm" else None

    def short(self) -> str:
        """See Part."""
        if self.writer == "llm":
            asked = f" + {self.questions} question{'s'[: self.questions != 1]}" if self.questions else ""
            return f"summary{asked} by an LLM and itself"
        return f"central sentences + {self.questions} key phrases and itself"

    def texts_to_embed(self, document: Document, chunks: Sequence[Span], vectors: ColumnVectors) -> Sequence[str]:
        """See Reference."""
        if self.writer == "llm":
            return ()
        return vectors.texts_of_spans(document, [span for chunk in chunks for span in sentences(document, chunk)])

    def entries(self, document: Document, chunks: Sequence[Span], vectors: ColumnVectors) -> list[Entry]:
        """See Reference; of an LLM nothing is written yet."""
        if self.writer == "llm":
            return self.entries_of_records(document, chunks, vectors, [Record()] * len(chunks))
        phrases = key_phrases([document.text[chunk.start : chunk.end] for chunk in chunks], self.questions)
        found = []
        for chunk, chunk_phrases in zip(chunks, phrases, strict=True):
            central = central_sentences(document, chunk, self.summary_sentences, vectors)
            summary = " ".join(document.text[span.start : span.end] for span in central)
            found.append(Entry("summary", summary, chunk, None, tuple(central)))
            found += [Entry("key phrase", phrase, chunk) for phrase in chunk_phrases]
            found.append(Entry.of_span("chunk", document.text, chunk, chunk))
        return found

    def entries_of_records(
        self, document: Document, chunks: Sequence[Span], vectors: ColumnVectors, records: Sequence[Record]
    ) -> list[Entry]:
        """See Reference."""
        found = []
        for chunk, (summary, questions) in zip(chunks, records, strict=True):
            if summary:
                found.append(Entry("summary", summary.text, chunk))
            if questions:
                asked = questions_of(questions.text)[: self.questions]
                found += [Entry("question", question, chunk) for question in asked]
            found.append(Entry.of_span("chunk", document.text, chunk, chunk))
        return found
