"""Base class of the chunkers that cut where the document has its divisions: at headings, or between pages."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

from pydantic import Field
from typing_extensions import override

from rag_core.documents.blocks import Block
from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.parts.chunker.base import SizedChunker
from rag_core.parts.chunker.pieces import Pieces, merge
from rag_core.parts.chunker.unbroken import Unbroken
from rag_core.text.tokenizers import span_counts


class StructuralChunker(SizedChunker):
    """Cuts a document at its divisions; one that is too long is cut further, without an overlap to its neighbours.

    List items, tables and captions that fit are not cut, where the document's blocks name them.
    """

    uses_blocks: ClassVar[bool] = True

    overlap_tokens: int = Field(
        0,
        ge=0,
        le=1024,
        title="Overlap",
        description="Maximum tokens that a chunk repeats from the one before it, within a division that is cut further",
    )

    @override
    def _cut(self, document: Document, span: Span) -> list[Span]:
        blocks = [block for block in document.blocks if span.start <= block.span.start and block.span.end <= span.end]
        count = span_counts(document.text, document.tokenizer).count
        unbroken = Unbroken(document.text, blocks, self.chunk_tokens, count)
        wanted = [cut for cut in self._division_starts(document, span, blocks) if span.start < cut < span.end]
        cuts = sorted({unbroken.moved(cut) for cut in wanted} - {span.end})
        divisions = [Span(start, end) for start, end in pairwise([span.start, *cuts, span.end])]
        chunks: list[Span] = []
        for division in self._divisions(divisions, unbroken):
            units = [(unit.end, count(*unit)) for unit in unbroken.units(division)]
            chunks += merge(Pieces.of(division.start, units), self.chunk_tokens, self.overlap_tokens)
        return chunks

    @abstractmethod
    def _division_starts(self, document: Document, span: Span, blocks: Sequence[Block]) -> list[int]:
        """Where divisions begin within a span of the document that has these blocks."""

    def _divisions(self, divisions: Sequence[Span], unbroken: Unbroken) -> Sequence[Span]:
        """The divisions that are cut into chunks, each on its own."""
        return divisions
