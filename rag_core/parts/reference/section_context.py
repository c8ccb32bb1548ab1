"""The reference `section_context`: each chunk together with the headings that it stands under."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.documents.sections import headings, section_paths
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.reference.base import Reference
from rag_core.parts.reference.heading_path import bounded_path
from rag_core.stages.entries import Entry
from rag_core.stages.resources import Resources
from rag_core.text.tokenizers import span_counts


@register
class SectionContext(Reference):
    """Indexes each chunk with the headings above it, which are not part of the hit.

    Chunks of a long document rarely say what their section is about. LlamaIndex's MarkdownNodeParser embeds the path of
    headings as metadata (`header_path`), Docling's HybridChunker prepends it to the text, and dsRAG calls it contextual
    chunk headers. Late pooling takes the mean over the tokens of headings and chunk; BM25 counts the words of both.
    """

    kind: Literal["section_context"] = "section_context"
    label: ClassVar[str] = "Section context"
    summary: ClassVar[str] = "Indexes each chunk with the headings of its section; the hit is the chunk"
    refers: ClassVar[bool] = False

    heading_tokens: int = Field(
        64,
        ge=8,
        le=256,
        title="Headings",
        description="Maximum tokens of the headings that are indexed with a chunk; the outermost are left out first",
    )

    @override
    def short(self) -> str:
        return f"itself with its headings, up to {self.heading_tokens} tokens"

    @override
    def notices(self, document: Document) -> list[str]:
        if headings(document):
            return []
        return [f"No headings were found in {document.label}; its chunks are indexed without headings."]

    @override
    def entries(self, document: Document, chunks: Sequence[Span], resources: Resources) -> list[Entry]:
        paths = section_paths(document, [chunk.start for chunk in chunks])
        # What the chunk itself begins with is in its own text.
        above = [
            tuple(span for span in path if span.start < chunk.start) for path, chunk in zip(paths, chunks, strict=True)
        ]
        count = span_counts(document.text, document.tokenizer).count
        bounded = {path: bounded_path(document.text, path, self.heading_tokens, count) for path in set(above)}
        contexts = [tuple(Span(*heading) for heading in bounded[path]) for path in above]
        return [Entry("chunk", chunk, (chunk,), context=one) for chunk, one in zip(chunks, contexts, strict=True)]
