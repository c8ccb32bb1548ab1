"""How much of the text the embedding model never reads, because it lies beyond its token limit in every entry."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import Document, Span
from rag_core.embeddings.model import EmbeddingModel
from rag_core.embeddings.pooled import Pooling
from rag_core.entries import Entry


class Coverage(NamedTuple):
    """Tokens of the embedding model in all chunks, and those of them that no entry shows to it."""

    model_tokens: int
    unseen: int


def coverage(
    document: Document, chunks: Sequence[Span], entries: Sequence[Entry], model: EmbeddingModel, pooling: Pooling
) -> Coverage:
    """Each token of the document counts once, however many chunks hold it; late pooling reads all of the entries."""
    starts = _token_starts(document.text, model)
    in_chunks = np.zeros(len(starts), bool)
    seen = np.zeros(len(starts), bool)
    for first, last in _token_ranges(starts, chunks):
        in_chunks[first:last] = True
    most = len(starts) if pooling == "late" else model.token_limit - model.special_tokens
    for entry in entries:
        left = most
        for first, last in _token_ranges(starts, entry.covers):
            seen[first : min(last, first + left)] = True
            left = max(left - (last - first), 0)
    return Coverage(int(in_chunks.sum()), int((in_chunks & ~seen).sum()))


def _token_ranges(starts: NDArray[np.int64], spans: Sequence[Span]) -> list[tuple[int, int]]:
    if not spans:
        return []
    edges = np.searchsorted(starts, np.array(spans)).reshape(-1, 2)
    return [(int(first), int(last)) for first, last in edges]


@lru_cache(maxsize=16)
def _token_starts(text: str, model: EmbeddingModel) -> NDArray[np.int64]:
    return model.tokenize(text).starts.astype(np.int64)
