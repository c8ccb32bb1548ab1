"""The chunker `atoms`: single sentences and lines, out of which spans are joined when a question is asked."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.chunker.base import MAX_CHUNK_TOKENS, MIN_CHUNK_TOKENS, Chunker
from rag_core.parts.chunker.equal_parts import equal_parts
from rag_core.parts.chunker.pieces import stripped
from rag_core.stages.resources import Resources
from rag_core.text.sentences import sentences
from rag_core.text.tokenizers import span_counts


@register
class AtomChunker(Chunker):
    """Cuts at every sentence and line end, and long sentences into equal parts, at ends of clauses if possible."""

    kind: Literal["atoms"] = "atoms"
    label: ClassVar[str] = "Sentences and lines"
    summary: ClassVar[str] = "Cuts at every sentence and line end, and long sentences into equal parts"

    chunk_tokens: int = Field(
        48,
        ge=MIN_CHUNK_TOKENS,
        le=MAX_CHUNK_TOKENS,
        title="Chunk size",
        description="Maximum tokens in a chunk; a longer sentence is cut into equal parts",
    )

    @override
    def short(self) -> str:
        return f"atoms {self.chunk_tokens}"

    @override
    def chunk(self, document: Document, resources: Resources, within: Span | None = None) -> list[Span]:
        text, count = document.text, span_counts(document.text, document.tokenizer).count
        whole = sentences(text, within or Span(0, len(text)), line_breaks_end=True)
        parts = (part for start, end in whole for part in equal_parts(text, start, end, self.chunk_tokens, count))
        return [span for start, end in parts if (span := stripped(text, start, end))]
