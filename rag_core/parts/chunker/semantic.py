"""The chunker `semantic`: cuts where neighbouring groups of sentences differ most, as LlamaIndex's SemanticSplitter."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.chunker.base import MAX_CHUNK_TOKENS, MIN_CHUNK_TOKENS, Chunker
from rag_core.parts.chunker.breakpoints import breakpoints, neighbour_distances, weakest_cuts
from rag_core.parts.chunker.pieces import stripped
from rag_core.parts.chunker.sentence import SentenceChunker
from rag_core.parts.chunker.sentence_starts import sentence_starts
from rag_core.parts.chunker.sizes import MinChunkTokens, shown_minimum, without_small
from rag_core.stages.resources import Resources
from rag_core.text.tokenizers import span_counts


@register
class SemanticChunker(Chunker):
    """Cuts between sentences where the text changes its subject.

    Each sentence is embedded together with its neighbours. Where the cosine distance between two consecutive groups
    exceeds a percentile of all distances in the document, a new chunk begins. With the pooling per_chunk the cuts are
    those of LlamaIndex's SemanticSplitterNodeParser, which follows Greg Kamradt's "5 Levels of Text Splitting"; with
    late pooling, the vectors of the groups come from the token pass. LlamaIndex has no maximum size; here a chunk that
    exceeds `chunk_tokens` is cut again at its largest distances.
    """

    kind: Literal["semantic"] = "semantic"
    label: ClassVar[str] = "Semantic"
    summary: ClassVar[str] = (
        "Cuts where the vectors of neighbouring sentences differ most (LlamaIndex's SemanticSplitterNodeParser)"
    )
    main_field: ClassVar[str] = "breakpoint_percentile"

    breakpoint_percentile: int = Field(
        95,
        ge=0,
        le=100,
        title="Breakpoint percentile, %",
        description="A chunk ends where the distance to the next sentences exceeds this percentile of all distances "
        "in the document; lower values give smaller chunks",
    )
    buffer_size: int = Field(
        1,
        ge=0,
        le=10,
        title="Buffer",
        description="Sentences before and after each sentence that are embedded together with it",
    )
    chunk_tokens: int | None = Field(
        None,
        ge=MIN_CHUNK_TOKENS,
        le=MAX_CHUNK_TOKENS,
        title="Maximum size",
        description="Maximum tokens in a chunk; a longer one is cut again where its sentences differ most; without a "
        "value, chunks have no maximum, as in LlamaIndex",
    )
    min_chunk_tokens: MinChunkTokens = 0

    @property
    @override
    def uses_vectors(self) -> bool:
        return True

    @override
    def short(self) -> str:
        largest = f", max {self.chunk_tokens}" if self.chunk_tokens else ""
        sizes = f"{largest}{shown_minimum(self.min_chunk_tokens)}"
        return f"semantic {self.breakpoint_percentile} %, buffer {self.buffer_size}{sizes}"

    @override
    def chunk(self, document: Document, resources: Resources, within: Span | None = None) -> list[Span]:
        text, span = document.text, within or Span(0, len(document.text))
        starts = sentence_starts(text, *span)
        distances = self._distances(document, [*starts, span.end], resources)
        edges = [0, *(sentence + 1 for sentence in breakpoints(distances, self.breakpoint_percentile)), len(starts)]
        whole = [(a, b) for a, b in pairwise(edges) if a < b]
        found = self._fitted(document, [*starts, span.end], distances, whole, resources)
        chunks = [chunk for start, end in found if (chunk := stripped(text, start, end))]
        return without_small(document, chunks, self.min_chunk_tokens, self.chunk_tokens or sys.maxsize)

    def _distances(self, document: Document, edges: Sequence[int], resources: Resources) -> NDArray[np.float64]:
        """The distances of neighbouring groups; sentence i is from edge i to edge i + 1."""
        last, around = len(edges) - 1, self.buffer_size
        if last < 2:
            return np.zeros(0)
        groups = [Span(edges[max(i - around, 0)], edges[min(i + around + 1, last)]) for i in range(last)]
        return neighbour_distances(resources.vectors.of_spans(document, groups))

    def _fitted(
        self,
        document: Document,
        edges: Sequence[int],
        distances: NDArray[np.float64],
        chunks: Sequence[tuple[int, int]],
        resources: Resources,
    ) -> Iterator[Span]:
        """The spans of the chunks, given as ranges of sentences, cut until they fit the maximum size."""
        size, count = self.chunk_tokens, span_counts(document.text, document.tokenizer).count
        if size is None:
            yield from (Span(edges[a], edges[b]) for a, b in chunks)
            return
        phrases = SentenceChunker(chunk_tokens=size, overlap_tokens=0)
        for first, last in chunks:
            for a, b in weakest_cuts(distances, first, last, lambda a, b: count(edges[a], edges[b]) <= size):
                span = Span(edges[a], edges[b])
                yield from [span] if count(*span) <= size else phrases.chunk(document, resources, span)
