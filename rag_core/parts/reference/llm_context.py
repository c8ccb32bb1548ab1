"""The reference `llm_context`: each chunk is indexed with a text that places it in its document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.enrichment.context import Context
from rag_core.enrichment.records import Records
from rag_core.enrichment.written_text import WrittenText
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.reference.base import Reference
from rag_core.stages.entries import Entry
from rag_core.stages.resources import Resources

_CONTEXT = Context()


@register
class LlmContext(Reference):
    """Indexes each chunk after a context that a language model has written about it, by its vector and for BM25.

    This is contextual retrieval (https://www.anthropic.com/news/contextual-retrieval). What is shown and put into the
    prompt of an answer is the chunk alone. A chunk with a context is embedded alone under any pooling, since the model
    must read both together; one whose context is not written yet is found by its own text.
    """

    kind: Literal["llm_context"] = "llm_context"
    label: ClassVar[str] = "The chunk with a context"
    summary: ClassVar[str] = (
        "Indexes each chunk after a sentence that places it in its document, written by an LLM (contextual retrieval)"
    )
    refers: ClassVar[bool] = False

    @property
    @override
    def written_texts(self) -> Sequence[WrittenText]:
        return (_CONTEXT,)

    @override
    def short(self) -> str:
        return "itself, with a context by an LLM"

    @override
    def entries(self, document: Document, chunks: Sequence[Span], resources: Resources) -> list[Entry]:
        records = Records(resources.cache, resources.llm)
        contexts = (records.of(document, chunk, self.written_texts)[_CONTEXT.kind] for chunk in chunks)
        return [
            Entry("chunk", chunk, (chunk,), lead=context.text if context else "")
            for chunk, context in zip(chunks, contexts, strict=True)
        ]
