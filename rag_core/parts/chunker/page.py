"""The chunker `page`: a chunk for each page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.documents.blocks import Block
from rag_core.documents.document import Document
from rag_core.part import register
from rag_core.parts.chunker.base import MAX_CHUNK_TOKENS, MIN_CHUNK_TOKENS
from rag_core.parts.chunker.structural import StructuralChunker


@register
class PageChunker(StructuralChunker):
    """Cuts between pages; a page with more tokens than the size is cut further, at paragraphs, lines and sentences.

    A list item, table or caption that runs over two pages belongs to the first. Pages without text give no chunk.
    """

    kind: Literal["page"] = "page"
    label: ClassVar[str] = "Pages"
    summary: ClassVar[str] = "Cuts between pages, and pages over the size at paragraphs"

    chunk_tokens: int = Field(
        2048,
        ge=MIN_CHUNK_TOKENS,
        le=MAX_CHUNK_TOKENS,
        title="Chunk size",
        description="Maximum tokens in a chunk; a page with more is cut further",
    )

    @override
    def notices(self, document: Document) -> list[str]:
        if document.pages[0].width is not None:
            return []
        return [f"{document.label} has no pages; the chunker page cuts it by size only."]

    @override
    def _division_starts(self, document: Document, blocks: Sequence[Block]) -> list[int]:
        return [page.start for page in document.pages if page.end > page.start]
