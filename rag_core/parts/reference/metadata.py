"""Texts about a chunk that refer to it: a summary and questions; without an LLM, central sentences and key phrases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from rag_core.documents.document import Document
from rag_core.documents.sentences import sentences
from rag_core.enrichment import questions as questions_module
from rag_core.enrichment.questions import questions_of
from rag_core.enrichment.records import Record
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.reference import key_phrases as key_phrases_module
from rag_core.parts.reference.base import Reference
from rag_core.parts.reference.central_sentences import FEWEST_WORDS, central_sentences
from rag_core.parts.reference.key_phrases import key_phrases
from rag_core.program import Code, Setting, pasted
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.stages.entries import Entry

# In either program the last lines of `central_sentences`.
_CENTRAL = """\
    closeness = rows @ rows.mean(axis=0)
    eligible = [i for i, text in enumerate(texts) if len(text.split()) >= FEWEST_WORDS] or range(len(texts))
    best = sorted(eligible, key=lambda i: -np.round(closeness[i], 6))[:SUMMARY_SENTENCES]
"""
_CODE = f'''\
def metadata_entries(chunks, embed_model):
    """Each chunk's summary, its key phrases, and itself: all refer to the chunk."""
    phrases = key_phrases([chunk.text for chunk in chunks], KEY_PHRASES)
    entries = []
    for chunk, chunk_phrases in zip(chunks, phrases, strict=True):
        for text in [central_sentences(chunk.text, embed_model), *chunk_phrases]:
            entries.append(IndexNode(text=text, index_id=chunk.node_id))
        entries.append(IndexNode.from_text_node(chunk, chunk.node_id))
    return entries


def central_sentences(text, embed_model):
    """The sentences nearest to the middle of all of the text's sentences, in reading order."""
    texts = [text[start:end] for start, end in sentences(text)]
    rows = np.array(embed_model.get_text_embedding_batch(texts))
{_CENTRAL}\
    return " ".join(texts[i] for i in sorted(best))
'''
_LATE_CODE = f'''\
def metadata_entries(chunks, text, late):
    """Each chunk's summary, its key phrases, and itself: all refer to the chunk."""
    phrases = key_phrases([chunk.text for chunk in chunks], KEY_PHRASES)
    entries = []
    for chunk, chunk_phrases in zip(chunks, phrases, strict=True):
        central = central_sentences(chunk, text, late)
        summary = " ".join(text[start:end] for start, end in central)
        # Its vector is that of its sentences where they stand; a key phrase gets one of its own, from LlamaIndex.
        entries.append(IndexNode(text=summary, index_id=chunk.node_id, embedding=late.embedding(central)))
        entries += [IndexNode(text=phrase, index_id=chunk.node_id) for phrase in chunk_phrases]
        entries.append(IndexNode.from_text_node(chunk, chunk.node_id))
    return entries


def central_sentences(chunk, text, late):
    """Where the sentences nearest to the middle of all of the chunk's sentences stand, in reading order."""
    first = chunk.start_char_idx
    spans = [(first + start, first + end) for start, end in sentences(chunk.text)]
    texts = [text[start:end] for start, end in spans]
    rows = np.array([late.vector([span]) for span in spans])
{_CENTRAL}\
    return [spans[i] for i in sorted(best)]
'''
_WRITTEN_CODE = '''\
def metadata_entries(chunks):
    """What is written of each chunk, its summary and questions, and the chunk itself: all refer to the chunk."""
    entries = []
    for chunk, written in zip(chunks, metadata_of(chunks), strict=True):
        questions = questions_of(written.get("questions_this_excerpt_can_answer", ""))[:QUESTIONS]
        texts = [written.get("section_summary", ""), *questions]
        entries += [IndexNode(text=text, index_id=chunk.node_id) for text in texts if text]
        entries.append(IndexNode.from_text_node(chunk, chunk.node_id))
    return entries


def metadata_of(chunks):
    """What METADATA_FILE holds, a set that Chunkscope exported; without one, the language model writes now."""
    if METADATA_FILE:
        return json.loads(Path(METADATA_FILE).read_text(encoding="utf-8")).values()
    key = os.environ.get("OPENAI_API_KEY", "no-key")  # servers on one's own machine want none
    llm = OpenAILike(model=LLM_MODEL, api_base=LLM_BASE_URL, api_key=key, is_chat_model=True)
    found = [{} for _ in chunks]
    for extractor in EXTRACTORS:
        for written, texts in zip(found, extractor.extract(chunks), strict=True):
            written.update(texts)
    return found
'''
_LATE_LINES = "late.embed(chunks)\nentries = metadata_entries(chunks, text, late)\n"


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

    def llama_index_code(self, setting: Setting) -> Code:
        """See Part."""
        if self.writer == "llm":
            return self._written_code(setting)
        return Code(
            imports=("import numpy as np", "from llama_index.core.schema import IndexNode"),
            constants={
                "SUMMARY_SENTENCES": self.summary_sentences,
                "KEY_PHRASES": self.questions,
                "FEWEST_WORDS": FEWEST_WORDS,
            },
            functions=_LATE_CODE if setting.late else _CODE,
            lines=_LATE_LINES if setting.late else "entries = metadata_entries(chunks, embed_model)\n",
            needs=(*setting.late_needs, setting.sentences, pasted(key_phrases_module)),
        )

    def _written_code(self, setting: Setting) -> Code:
        extractors = {"SummaryExtractor": "llm=llm"}
        if self.questions:
            extractors["QuestionsAnsweredExtractor"] = "llm=llm, questions=QUESTIONS"
        made = ", ".join(f"{name}({options})" for name, options in extractors.items())
        return Code(
            imports=(
                "import os",
                f"from llama_index.core.extractors import {', '.join(extractors)}",
                "from llama_index.core.schema import IndexNode",
                "from llama_index.llms.openai_like import OpenAILike",
            ),
            constants={
                "METADATA_FILE": "",
                "LLM_MODEL": "gpt-4o-mini",
                "LLM_BASE_URL": "https://api.openai.com/v1",
                "QUESTIONS": self.questions,
            },
            functions=_WRITTEN_CODE.replace("EXTRACTORS", f"[{made}]"),
            lines=("late.embed(chunks)\n" if setting.late else "") + "entries = metadata_entries(chunks)\n",
            needs=(*setting.late_needs, pasted(questions_module)),
        )
