"""Token vectors of a text, and the vector of any span of it as their mean: late chunking.

Source: Günther et al. 2024, "Late Chunking: Contextual Chunk Embeddings Using Long-Context Embedding Models",
arXiv 2409.04701; here over overlapping windows, for models whose limit is shorter than the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

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
        first, last = self.token_range(edges).T
        mean, sums = self._sums
        of_spans = sums[last] - sums[first] + (last - first)[:, None].astype(np.float32) * mean
        totals = of_spans
        if any(size != 1 for size in sizes):
            totals = np.zeros((len(groups), self.vectors.shape[1]), np.float32)
            np.add.at(totals, np.repeat(np.arange(len(groups)), sizes), of_spans)
        norms = np.linalg.norm(totals, axis=1, keepdims=True)
        return np.asarray(np.divide(totals, norms, out=np.zeros_like(totals), where=norms > 0))

    def token_range(self, spans: NDArray[np.int64]) -> NDArray[np.int64]:
        """The half-open ranges of the tokens that spans of characters touch; both have the shape (..., 2)."""
        first = np.searchsorted(self.ends, spans[..., 0], side="right")
        last = np.maximum(np.searchsorted(self.starts, spans[..., 1], side="left"), first)
        return np.stack((first, last), axis=-1)

    def sums_between(self, edges: NDArray[np.int64]) -> NDArray[np.float32]:
        """The sums of the vectors between neighbouring edges, which are ascending numbers of tokens.

        Float32 of shape (len(edges) - 1, dimensions).
        """
        mean, sums = self._sums
        return np.asarray(np.diff(sums[edges], axis=0) + np.diff(edges)[:, None].astype(np.float32) * mean)

    @cached_property
    def _sums(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The mean vector, and running sums of the vectors minus their mean, with a row of zeros first.

        The sum over any span is then the difference of two rows, however long the span is. Without the mean the sums
        do not grow with the text, so that these differences are exact to about 1e-6 in float32.
        """
        sums = np.zeros((len(self.vectors) + 1, self.vectors.shape[1]), np.float32)
        own = sums[1:]
        own[:] = self.vectors
        blocks = [own[first : first + _BLOCK_TOKENS].sum(axis=0) for first in range(0, len(own), _BLOCK_TOKENS)]
        mean = np.divide(np.sum(blocks, axis=0, dtype=np.float64), max(len(own), 1)).astype(np.float32)
        mean = np.broadcast_to(mean, own.shape[1:])
        own -= mean
        # Row by row: numpy's cumsum goes column by column, which is four times as slow for lack of memory locality.
        for before, row in pairwise(own):
            row += before
        return mean, sums


_BLOCK_TOKENS = 4096  # few enough to be added up in float32 without loss of precision
