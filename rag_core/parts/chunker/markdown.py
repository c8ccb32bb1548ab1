"""The chunker `markdown`: a chunk for each section, as the document's headings divide it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.documents.blocks import Block
from rag_core.documents.document import Document
from rag_core.documents.sections import headings
from rag_core.part import register
from rag_core.parts.chunker.structural import StructuralChunker
from rag_core.text.line_starts import line_start


@register
class MarkdownChunker(StructuralChunker):
    """Cuts at headings, as LlamaIndex's MarkdownNodeParser and LangChain's MarkdownHeaderTextSplitter do.

    It takes the headings of any document, those of PDFs too. A section that is too long is cut at paragraphs, then
    lines and sentences; a heading stays with the text below it, and one without text with the next heading.
    """

    kind: Literal["markdown"] = "markdown"
    label: ClassVar[str] = "Headings"
    summary: ClassVar[str] = (
        "Cuts at headings, in Markdown and PDFs, and long sections at paragraphs (LlamaIndex's MarkdownNodeParser)"
    )

    joins_headings: ClassVar[bool] = True

    max_heading_level: int = Field(
        6,
        ge=1,
        le=6,
        title="Deepest heading",
        description="Levels of headings at which it cuts; 1 is the outermost",
    )

    @override
    def notices(self, document: Document) -> list[str]:
        if headings(document):
            return []
        return [f"No headings were found in {document.label}; the chunker markdown cuts it by size only."]

    @override
    def _division_starts(self, document: Document, blocks: Sequence[Block]) -> list[int]:
        deepest = self.max_heading_level
        found = [block for block in blocks if block.kind == "heading" and (block.level or 1) <= deepest]
        return [line_start(document.text, block.span.start) for block in found]
