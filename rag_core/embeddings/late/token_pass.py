"""One pass of the model over a text, in overlapping windows: the token vectors that serve every chunk size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.late.token_vectors import TokenVectors
from rag_core.embeddings.late.windows import owners, stride_of, window_starts
from rag_core.progress import Meter, Report, ignore

# Measured by `python -m tests.benchmarks.quality --overlaps 0 25 50 75`: see the README.
DEFAULT_OVERLAP_PERCENT = 50
# Fewer than are embedded at once: what the network computes on the way then stays in the processor's caches.
_BATCH_TOKENS = 4096


def token_pass(
    text: str, model: EmbeddingModel, overlap_percent: int = DEFAULT_OVERLAP_PERCENT, *, report: Report = ignore
) -> TokenVectors:
    """Each token's vector, from the window in which it stands most central.

    `overlap_percent` of a window's tokens stand in the one before it too. Raises UserError where the model has no
    token vectors.
    """
    tokens = model.tokenize_once(text)
    count = len(tokens.ids)
    limit = model.text_tokens or count
    window = min(limit, count)
    vectors = np.zeros((count, model.info.dimensions), np.float16)
    if not count:
        return TokenVectors(vectors, tokens.starts, tokens.ends)
    starts = window_starts(count, window, stride_of(limit, overlap_percent))
    borders = np.searchsorted(owners(count, starts, window), np.arange(len(starts) + 1))
    meter = Meter("Reading the document", len(starts), report)
    at_once = max(_BATCH_TOKENS // window, 1)
    for first in range(0, len(starts), at_once):
        batch = starts[first : first + at_once]
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
    """Fill in the vectors of the tokens that these windows own: those between each two borders."""
    # The last layer is needed for owned tokens only; one range for all windows of the batch.
    low, high = int((borders[:-1] - starts).min()), int((borders[1:] - starts).max())
    before = model.tokens_before
    read = model.encode_windows(ids[starts[:, None] + np.arange(window)], slice(before + low, before + high))
    for row, start, first, last in zip(read, starts + low, borders, borders[1:], strict=False):
        vectors[first:last] = row[first - start : last - start]
