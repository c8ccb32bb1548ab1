"""The part of a chunk that is beyond the embedding model's token limit."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.geometry import Span
from rag_core.pipeline.coverage import token_ranges


def truncated_parts(document: Document, chunks: Sequence[Span], model: EmbeddingModel) -> list[Span | None] | None:
    """For each chunk what follows the tokens that the model reads of one text, or None if it reads all of the chunk.

    The tokens are the model's own. Returns None if its limit is unknown.
    """
    if model.text_tokens is None:
        return None
    starts = model.token_starts(document.text)
    limit = model.text_tokens
    return [
        Span(int(starts[first + limit]), chunk.end) if last - first > limit else None
        for chunk, (first, last) in zip(chunks, token_ranges(starts, chunks).tolist(), strict=True)
    ]
