"""The chunker `cluster_semantic`: joins small pieces so that those of a chunk are as similar as possible."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.chunker.base import MAX_CHUNK_TOKENS, MIN_CHUNK_TOKENS, Chunker
from rag_core.parts.chunker.clusters import optimal_clusters
from rag_core.parts.chunker.recursive import RecursiveChunker
from rag_core.parts.chunker.sizes import MinChunkTokens, shown_minimum, without_small
from rag_core.stages.resources import Resources


@register
class ClusterSemanticChunker(Chunker):
    """Joins small pieces of the text into chunks whose pieces are as similar to each other as possible.

    This is the ClusterSemanticChunker of Smith and Troynikov 2024, "Evaluating Chunking Strategies for Retrieval"
    (https://research.trychroma.com/evaluating-chunking): the recursive chunker makes the pieces, and dynamic
    programming finds the chunks of at most `chunk_tokens // piece_tokens` pieces with the greatest sum of similarities
    above the mean. Chroma's program joins all pieces before the first gain into one chunk, whatever its size; here
    each of them is a chunk of its own.
    """

    kind: Literal["cluster_semantic"] = "cluster_semantic"
    label: ClassVar[str] = "Cluster semantic"
    summary: ClassVar[str] = (
        "Joins small pieces so that those of a chunk are as similar as possible (Chroma's ClusterSemanticChunker)"
    )

    chunk_tokens: int = Field(
        400,
        ge=MIN_CHUNK_TOKENS,
        le=MAX_CHUNK_TOKENS,
        title="Chunk size",
        description="Maximum tokens in a chunk",
    )
    piece_tokens: int = Field(
        50,
        ge=MIN_CHUNK_TOKENS,
        le=512,
        title="Piece size",
        description="Maximum tokens in the pieces that chunks are made of; at most the chunk size",
    )
    min_chunk_tokens: MinChunkTokens = 0

    @property
    @override
    def uses_vectors(self) -> bool:
        return True

    @override
    def short(self) -> str:
        return f"cluster semantic {self.chunk_tokens}/{self.piece_tokens}{shown_minimum(self.min_chunk_tokens)}"

    @staticmethod
    def _splitter(piece_tokens: int) -> RecursiveChunker:
        return RecursiveChunker(chunk_tokens=piece_tokens, overlap_tokens=0, separators="chroma")

    @override
    def chunk(self, document: Document, resources: Resources, within: Span | None = None) -> list[Span]:
        piece_tokens = min(self.piece_tokens, self.chunk_tokens)
        pieces = self._splitter(piece_tokens).chunk(document, resources, within)
        vectors = resources.vectors.of_spans(document, pieces)
        clusters = optimal_clusters(vectors, self.chunk_tokens // piece_tokens)
        chunks = [Span(pieces[first].start, pieces[last - 1].end) for first, last in clusters]
        return without_small(document, chunks, self.min_chunk_tokens, self.chunk_tokens)
