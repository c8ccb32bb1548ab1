"""Token vectors of a text, and the vector of any span of it as their mean: late chunking.

Source: Günther et al. 2024, "Late Chunking: Contextual Chunk Embeddings Using Long-Context Embedding Models",
arXiv 2409.04701; here over overlapping windows, for models whose limit is shorter than the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag_core.embeddings.late.running_sums import RunningSums
from rag_core.geometry import Span


@dataclass(frozen=True, eq=False)
class TokenVectors:
    """The result of one model pass over a text.

    `vectors`: float16 of shape (tokens, dimensions), memory-mapped if it comes from the cache. `starts`, `ends`: int32
    of shape (tokens,), the offsets of each token in the text, in characters, ascending.
    """

    vectors: NDArray[np.float16]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]

    def pool(self, spans: Sequence[Span]) -> NDArray[np.float32]:
        """The spans' vectors, float32 of shape (len(spans), dimensions), length 1; zeros for a span without tokens."""
        return self.pool_groups([[span] for span in spans])

    def pool_groups(self, groups: Sequence[Sequence[Span]]) -> NDArray[np.float32]:
        """One vector per group of disjoint spans, the mean over all its tokens; shape and length as in `pool`."""
        sizes = [len(group) for group in groups]
        edges = np.array([span for group in groups for span in group], dtype=np.int64).reshape(-1, 2)
        totals = of_spans = self.sums.between(*self.token_range(edges).T)
        if any(size != 1 for size in sizes):
            totals = np.zeros((len(groups), self.vectors.shape[1]), np.float32)
            np.add.at(totals, np.repeat(np.arange(len(groups)), sizes), of_spans)
        norms = np.linalg.norm(totals, axis=1, keepdims=True)
        return np.asarray(np.divide(totals, norms, out=np.zeros_like(totals), where=norms > 0))

    def token_range(self, spans: NDArray[np.int64]) -> NDArray[np.int64]:
        """The half-open ranges of the tokens that spans of characters touch; both have the shape (..., 2)."""
        return touched_tokens(self.starts, self.ends, spans)

    @cached_property
    def sums(self) -> RunningSums:
        """The sums of the vectors of any stretch of tokens."""
        return RunningSums(self.vectors)


def touched_tokens(starts: NDArray[np.int32], ends: NDArray[np.int32], spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """The half-open ranges of the tokens with these offsets that spans touch; ranges and spans of shape (..., 2)."""
    first = np.searchsorted(ends, spans[..., 0], side="right")
    last = np.maximum(np.searchsorted(starts, spans[..., 1], side="left"), first)
    return np.stack((first, last), axis=-1)
