"""Counts the tokens that the embedding model never reads, since they are beyond its token limit in every entry."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.pooling import Pooling
from rag_core.geometry import Span
from rag_core.stages.built_index import Coverage
from rag_core.stages.entries import Entry

_NO_LIMIT = 10**12  # tokens


def coverage(
    documents: Sequence[Document],
    chunks: Sequence[Sequence[Span]],
    entries: Sequence[Entry],
    model: EmbeddingModel,
    pooling: Pooling,
) -> Coverage:
    """The number of tokens in the chunks, and how many of them the model reads in no entry (None if unknown).

    Each token of a document counts once, even if several chunks contain it. The model reads every token of an entry
    that is not embedded alone; of one that is, those that its token limit leaves after a text written about it.
    """
    entries_of: list[list[Entry]] = [[] for _ in documents]
    for entry in entries:
        entries_of[entry.document].append(entry)
    found = [
        _of_document(document, of_chunks, of_entries, model, pooling)
        for document, of_chunks, of_entries in zip(documents, chunks, entries_of, strict=True)
    ]
    truncated = [one.truncated for one in found if one.truncated is not None]
    return Coverage(sum(one.model_tokens for one in found), sum(truncated) if len(truncated) == len(found) else None)


def _of_document(
    document: Document, chunks: Sequence[Span], entries: Sequence[Entry], model: EmbeddingModel, pooling: Pooling
) -> Coverage:
    starts = model.token_starts(document.text)
    in_chunks = token_ranges(starts, chunks)
    in_all = _tokens_in(in_chunks)
    read = [entry.read_spans(level) for entry in entries for level in _levels(entry)]
    seen = token_ranges(starts, list(chain.from_iterable(read)))
    if pooling == "per_chunk" or any(entry.lead for entry in entries):
        if model.text_tokens is None:
            return Coverage(in_all, None)
        limits = [_room(entry, model, pooling, model.text_tokens) for entry in entries for _ in _levels(entry)]
        seen = _up_to(np.array(limits, np.int64), seen, np.array([len(spans) for spans in read], np.int64))
    return Coverage(in_all, _tokens_in(np.concatenate((in_chunks, seen))) - _tokens_in(seen))


def _levels(entry: Entry) -> range:
    return range(max(len(entry.windows), 1))


def _room(entry: Entry, model: EmbeddingModel, pooling: Pooling, limit: int) -> int:
    """The maximum number of tokens of the document that the model reads for an entry at a level."""
    if entry.lead:
        return max(limit - len(model.tokenize(entry.lead).ids), 0)
    return limit if pooling == "per_chunk" else _NO_LIMIT


def token_ranges(starts: NDArray[np.int64], spans: Sequence[Span]) -> NDArray[np.int64]:
    """For each span the half-open range of the tokens that begin in it, shape (len(spans), 2)."""
    edges = np.fromiter(chain.from_iterable(spans), np.int64, 2 * len(spans))
    return np.searchsorted(starts, edges).reshape(-1, 2)


def _up_to(
    limits: NDArray[np.int64], ranges: NDArray[np.int64], ranges_per_entry: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The ranges, truncated so that those of each entry have at most its limit of tokens in total."""
    before = np.concatenate(([0], np.cumsum(ranges[:, 1] - ranges[:, 0])))
    first_of_entry = np.cumsum(ranges_per_entry) - ranges_per_entry
    left = np.repeat(limits + before[first_of_entry], ranges_per_entry) - before[:-1]
    return np.column_stack((ranges[:, 0], np.minimum(ranges[:, 1], ranges[:, 0] + np.maximum(left, 0))))


def _tokens_in(ranges: NDArray[np.int64]) -> int:
    """The number of distinct tokens in the ranges."""
    first, last = ranges[np.argsort(ranges[:, 0])].T
    reached = np.maximum.accumulate(np.concatenate(([0], last)))[:-1]
    return int(np.maximum(last - np.maximum(first, reached), 0).sum())
