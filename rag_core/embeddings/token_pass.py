"""One pass of the model over a text, in overlapping windows: the token vectors that serve every chunk size."""

from __future__ import annotations

import numpy as np

from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.token_vectors import TokenVectors
from rag_core.embeddings.windows import owners, stride_of, window_starts
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
    tokens = model.tokenize(text)
    count = len(tokens.ids)
    limit = model.text_tokens or count
    window = min(limit, count)
    vectors = np.zeros((count, model.facts.dimensions), np.float16)
    if not count:
        return TokenVectors(vectors, tokens.starts, tokens.ends)
    starts = window_starts(count, window, stride_of(limit, overlap_percent))
    borders = np.searchsorted(owners(count, starts, window), np.arange(len(starts) + 1))
    meter = Meter("Reading the document", len(starts), report)
    at_once = max(_BATCH_TOKENS // window, 1)
    for first in range(0, len(starts), at_once):
        batch = starts[first : first + at_once]
        read = model.encode_windows(np.stack([tokens.ids[start : start + window] for start in batch]))
        for i, start in enumerate(batch):
            mine = slice(borders[first + i], borders[first + i + 1])
            shift = model.tokens_before - start
            vectors[mine] = read[i, mine.start + shift : mine.stop + shift]
        meter.add(len(batch))
    return TokenVectors(vectors, tokens.starts, tokens.ends)
