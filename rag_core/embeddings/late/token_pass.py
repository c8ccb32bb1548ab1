"""One pass of the model over a text in overlapping windows; its token vectors serve every chunk size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag_core.embeddings.base import EmbeddingModel, Tokens
from rag_core.embeddings.late.token_vectors import TokenVectors
from rag_core.embeddings.late.windows import owners, stride_of, window_starts
from rag_core.progress import Meter, Report, ignore

# Measured by `python -m tests.benchmarks.quality --overlaps 0 25 50 75`.
DEFAULT_OVERLAP_PERCENT = 50
# Few enough that the network's intermediate results stay in the processor's caches.
_BATCH_TOKENS = 4096


def token_pass(
    text: str,
    model: EmbeddingModel,
    overlap_percent: int = DEFAULT_OVERLAP_PERCENT,
    *,
    batch_tokens: int = _BATCH_TOKENS,
    report: Report = ignore,
) -> TokenVectors:
    """The vector of each token of the text, from the window in which the token is most central.

    Each window shares `overlap_percent` of its tokens with the one before it. Windows go through the model in batches
    of about `batch_tokens`; `report` is called after each batch, and what it raises ends the pass. Raises UserError if
    the model has no token vectors.
    """
    tokens = model.tokenize_and_cache_starts(text)
    return read_tokens(tokens, model, overlap_percent, batch_tokens=batch_tokens, report=report)


def read_tokens(
    tokens: Tokens,
    model: EmbeddingModel,
    overlap_percent: int = DEFAULT_OVERLAP_PERCENT,
    *,
    batch_tokens: int = _BATCH_TOKENS,
    report: Report = ignore,
) -> TokenVectors:
    """As `token_pass`, of tokens that are there already."""
    count = len(tokens.ids)
    limit = model.text_tokens or count
    window = min(limit, count)
    vectors = np.zeros((count, model.info.dimensions), np.float16)
    if not count:
        return TokenVectors(vectors, tokens.starts, tokens.ends)
    starts = window_starts(count, window, stride_of(limit, overlap_percent))
    borders = np.searchsorted(owners(count, starts, window), np.arange(len(starts) + 1))
    meter = Meter("Reading the document", len(starts), report)
    batch_windows = max(batch_tokens // window, 1)
    for first in range(0, len(starts), batch_windows):
        batch = starts[first : first + batch_windows]
        _read_batch(tokens.ids, batch, borders[first : first + len(batch) + 1], window, model, vectors)
        meter.add(len(batch))
    return TokenVectors(vectors, tokens.starts, tokens.ends)


def _read_batch(
    ids: NDArray[np.int64],
    starts: NDArray[np.int64],
    borders: NDArray[np.int64],
    window: int,
    model: EmbeddingModel,
    vectors: NDArray[np.float16],
) -> None:
    """Write the vectors of the tokens that these windows own, which lie between successive borders, into `vectors`."""
    # The last layer is computed for owned tokens only, in one range of rows for all windows of the batch.
    low, high = int((borders[:-1] - starts).min()), int((borders[1:] - starts).max())
    before = model.tokens_before
    read = model.encode_windows(ids[starts[:, None] + np.arange(window)], slice(before + low, before + high))
    for row, start, first, last in zip(read, starts + low, borders, borders[1:], strict=False):
        vectors[first:last] = row[first - start : last - start]
