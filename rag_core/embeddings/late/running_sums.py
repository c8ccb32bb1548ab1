"""The sum of the token vectors of any stretch of a text, from running sums at every few tokens."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_STRIDE = 4  # tokens between two running sums: one for every token would take twice the memory of the vectors
_BLOCK_TOKENS = 512 * _STRIDE


class RunningSums:
    """Running sums of vectors minus their mean, at every fourth token.

    Without the mean the sums do not grow with the text, so that their differences are exact to about 1e-6 in float32.
    """

    def __init__(self, vectors: NDArray[np.float16]) -> None:
        """`vectors` has the shape (tokens, dimensions)."""
        self._vectors = vectors
        self._sums = np.zeros((len(vectors) // _STRIDE + 1, vectors.shape[1]), np.float32)
        own = self._sums[1:]
        for first in range(0, len(own) * _STRIDE, _BLOCK_TOKENS):
            block = vectors[first : min(first + _BLOCK_TOKENS, len(own) * _STRIDE)].astype(np.float32)
            np.sum(
                block.reshape(-1, _STRIDE, vectors.shape[1]),
                axis=1,
                out=own[first // _STRIDE :][: len(block) // _STRIDE],
            )
        self._mean = np.divide(own.sum(axis=0, dtype=np.float64), max(len(own) * _STRIDE, 1)).astype(np.float32)
        own -= _STRIDE * self._mean
        # Row by row: numpy's cumsum goes column by column, which is four times as slow for lack of memory locality.
        for before, row in pairwise(own):
            row += before

    def between(self, first: NDArray[np.int64], last: NDArray[np.int64]) -> Floats:
        """The sums of the vectors from `first` up to `last`, both of shape (n,); shape (n, dimensions)."""
        return self.with_mean(self.before(last) - self.before(first), last - first)

    def with_mean(self, differences: Floats, tokens: NDArray[np.int64]) -> Floats:
        """The sums of so many vectors as differences of `before`, with their mean; shape (n, dimensions)."""
        return np.asarray(differences + tokens[:, None].astype(np.float32) * self._mean, np.float32)

    def before(self, edges: NDArray[np.int64]) -> Floats:
        """The sums of the vectors before each edge, of shape (n,), minus their mean; shape (n, dimensions)."""
        strides, left_over = np.divmod(edges, _STRIDE)
        found = self._sums[strides]
        for offset in range(_STRIDE - 1):
            rows = np.flatnonzero(left_over > offset)
            found[rows] += self._vectors[strides[rows] * _STRIDE + offset].astype(np.float32) - self._mean
        return found
