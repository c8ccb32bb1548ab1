"""How much of the text the embedding model never reads, because it lies beyond its token limit in every entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import Document, Span
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.pooled import Pooling
from rag_core.entries import Entry


class Coverage(NamedTuple):
    """Tokens of the embedding model in all chunks, and those of them that no entry shows to it (None: not known)."""

    model_tokens: int
    unseen: int | None


def coverage(
    documents: Sequence[Document],
    chunks: Sequence[Sequence[Span]],
    entries: Sequence[Entry],
    model: EmbeddingModel,
    pooling: Pooling,
) -> Coverage:
    """Each token of a document counts once, however many chunks hold it; late pooling reads all of the entries."""
    entries_of: list[list[Entry]] = [[] for _ in documents]
    for entry in entries:
        entries_of[entry.document].append(entry)
    found = [
        _of_document(document, of_chunks, of_entries, model, pooling)
        for document, of_chunks, of_entries in zip(documents, chunks, entries_of, strict=True)
    ]
    unseen = [one.unseen for one in found if one.unseen is not None]
    return Coverage(sum(one.model_tokens for one in found), sum(unseen) if len(unseen) == len(found) else None)


def _of_document(
    document: Document, chunks: Sequence[Span], entries: Sequence[Entry], model: EmbeddingModel, pooling: Pooling
) -> Coverage:
    starts = model.token_starts(document.text)
    in_chunks = np.zeros(len(starts), bool)
    seen = np.zeros(len(starts), bool)
    for first, last in _token_ranges(starts, chunks):
        in_chunks[first:last] = True
    most = len(starts) if pooling == "late" else model.text_tokens
    if most is None:
        return Coverage(int(in_chunks.sum()), None)
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
