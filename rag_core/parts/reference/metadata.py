"""The reference `metadata`: a summary and questions about each chunk, or extracted sentences and key phrases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.enrichment.metadata import Questions, Summary
from rag_core.enrichment.questions import questions_of
from rag_core.enrichment.records import Records
from rag_core.enrichment.written_text import WrittenText
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.reference.base import Reference
from rag_core.parts.reference.central_sentences import central_sentences
from rag_core.parts.reference.key_phrases import key_phrases
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.stages.entries import Entry
from rag_core.stages.resources import Resources
from rag_core.text.imports import import_in_turn


@register
class Metadata(Reference):
    """Indexes each chunk's summary, its questions or key phrases, and the chunk itself."""

    kind: Literal["metadata"] = "metadata"
    label: ClassVar[str] = "Summary and questions"
    summary: ClassVar[str] = (
        "Indexes each chunk's summary and questions, written by an LLM, and the chunk itself; without an LLM, its "
        "central sentences and key phrases instead"
    )

    writer: Literal["extractive", "llm"] = Field(
        "extractive",
        title="Written by",
        description="llm: the chosen language model writes a summary and questions, in two calls per chunk; "
        "extractive: central sentences and key phrases, without an LLM",
    )
    summary_sentences: int = Field(
        3,
        ge=1,
        le=10,
        title="Summary sentences",
        json_schema_extra={"only_with": {"writer": "extractive"}},
        description="Number of central sentences in a chunk's summary",
    )
    questions: int = Field(
        5,
        ge=0,
        le=20,
        title="Questions",
        description="Questions that an LLM writes about each chunk; without an LLM, that many key phrases instead",
    )

    @property
    @override
    def written_texts(self) -> Sequence[WrittenText]:
        if self.writer != "llm":
            return ()
        return (Summary(), Questions(self.questions)) if self.questions else (Summary(),)

    @property
    @override
    def uses_vectors(self) -> bool:
        return self.writer == "extractive"

    @override
    def short(self) -> str:
        if self.writer == "llm":
            asked = f" + {self.questions} question{'s'[: self.questions != 1]}" if self.questions else ""
            return f"summary{asked} by an LLM and itself"
        return f"central sentences + {self.questions} key phrases and itself"

    @override
    def entries(self, document: Document, chunks: Sequence[Span], resources: Resources) -> list[Entry]:
        if self.writer == "llm":
            return self._written(document, chunks, Records(resources.cache, resources.llm))
        return self._extracted(document, chunks, resources.vectors)

    def _extracted(self, document: Document, chunks: Sequence[Span], vectors: ColumnVectors) -> list[Entry]:
        import_in_turn("sklearn.feature_extraction.text")  # key_phrases, which programs contain too, just imports it
        phrases = key_phrases([document.text[chunk.start : chunk.end] for chunk in chunks], self.questions)
        summaries = central_sentences(document, chunks, self.summary_sentences, vectors)
        found = []
        for chunk, summary, chunk_phrases in zip(chunks, summaries, phrases, strict=True):
            found.append(Entry("summary", chunk, quotes=tuple(summary)))
            found += [Entry("key phrase", chunk, written=phrase) for phrase in chunk_phrases]
            found.append(Entry("chunk", chunk, (chunk,)))
        return found

    def _written(self, document: Document, chunks: Sequence[Span], records: Records) -> list[Entry]:
        """The entries for the texts that a language model has written so far or that were imported, and the chunks."""
        found = []
        for chunk in chunks:
            record = records.of(document, chunk, self.written_texts)
            summary, questions = record["summary"], record.get("questions")
            if summary:
                found.append(Entry("summary", chunk, written=summary.text))
            if questions:
                asked = questions_of(questions.text)[: self.questions]
                found += [Entry("question", chunk, written=question) for question in asked]
            found.append(Entry("chunk", chunk, (chunk,)))
        return found
