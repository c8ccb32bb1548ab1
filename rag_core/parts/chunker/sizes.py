"""The minimum size that several chunkers have in common, and how they keep to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.parts.chunker.small_chunks import join_small
from rag_core.text.tokenizers import span_counts

MinChunkTokens = Annotated[
    int,
    Field(
        ge=0,
        le=1024,
        title="Minimum size",
        description="A chunk with fewer tokens is joined to the next one, or else to the previous, if the size allows",
    ),
]


def without_small(document: Document, chunks: Sequence[Span], min_tokens: int, max_tokens: int) -> list[Span]:
    """The chunks; one of fewer than `min_tokens` is joined to a neighbour if both have at most `max_tokens`."""
    if not min_tokens:
        return list(chunks)
    count = span_counts(document.text, document.tokenizer).count
    return [Span(*span) for span in join_small(chunks, min_tokens, max_tokens, count)]


def shown_minimum(min_chunk_tokens: int) -> str:
    """What follows a chunker's sizes in its short description."""
    return f", min {min_chunk_tokens}" if min_chunk_tokens else ""
