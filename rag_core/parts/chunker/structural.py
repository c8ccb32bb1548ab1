"""Base class of the chunkers that cut where the document has its divisions: at headings, or between pages."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field
from typing_extensions import override

from rag_core.documents.blocks import Block
from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.parts.chunker.base import SizedChunker
from rag_core.parts.chunker.equal_parts import equal_parts
from rag_core.parts.chunker.pieces import Pieces, merge
from rag_core.parts.chunker.unbroken import Unbroken
from rag_core.text.sentences import sentences
from rag_core.text.tokenizers import span_counts


class StructuralChunker(SizedChunker):
    """Cuts a document at its divisions; one that is too long is cut further, without an overlap to its neighbours.

    List items, tables and captions that fit are not cut, where the document's blocks name them. With `joins_headings`,
    a division that is nothing but headings is part of the next one.
    """

    uses_blocks: ClassVar[bool] = True
    joins_headings: ClassVar[bool] = False

    overlap_tokens: int = Field(
        0,
        ge=0,
        le=1024,
        title="Overlap",
        description="Maximum tokens that a chunk repeats from the one before it, within a division that is cut further",
    )

    @override
    def _cut(self, document: Document, span: Span) -> list[Span]:
        text, count = document.text, span_counts(document.text, document.tokenizer).count
        blocks = [block for block in document.blocks if span.start <= block.span.start and block.span.end <= span.end]
        unbroken = Unbroken(
            text,
            [block.span for block in blocks if block.kind == "heading"],
            [block.span for block in blocks if block.kind not in ("heading", "unseen")],
            self.chunk_tokens,
            count,
            lambda start, end: [one.start for one in sentences(text, Span(start, end), line_breaks_end=True)],
            lambda start, end: equal_parts(text, start, end, self.chunk_tokens, count),
        )
        cuts = self._division_starts(document, blocks)
        chunks: list[Span] = []
        for division in unbroken.stretches(*span, cuts, joins_headings=self.joins_headings):
            units = [(end, count(start, end)) for start, end in unbroken.units(*division)]
            chunks += merge(Pieces.of(division[0], units), self.chunk_tokens, self.overlap_tokens)
        return chunks

    @abstractmethod
    def _division_starts(self, document: Document, blocks: Sequence[Block]) -> list[int]:
        """Where divisions of the document begin; `blocks` are those of the part that is cut."""
