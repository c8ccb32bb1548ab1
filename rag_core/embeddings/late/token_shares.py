"""The share of each token in the similarity of a query to a text: a vector pooled late is a mean over its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.embeddings.late.token_vectors import TokenVectors, touched_tokens
from rag_core.geometry import Span

Floats = NDArray[np.float64]
_BLOCK_TOKENS = 4096


class TokenShares(NamedTuple):
    """The share of each token in a score, in arrays of shape (tokens,), in the order of the text.

    `starts` and `ends` are the tokens' offsets in the text, in characters; the `shares` add up to the score.
    """

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    shares: Floats

    def touched(self, span: Span) -> slice:
        """The tokens that a span of characters touches."""
        return slice(*touched_tokens(self.starts, self.ends, np.array(span, np.int64)).tolist())


def token_shares(tokens: TokenVectors, groups: Sequence[Sequence[Span]], query: NDArray[np.float32]) -> TokenShares:
    """The share of each token in the mean, over the groups of spans, of the query's similarity to the group's vector.

    A group's vector is that of `TokenVectors.pool_groups`. `query` has the shape (dimensions,).
    """
    ranges = [tokens.token_range(np.array(group, np.int64).reshape(-1, 2)).tolist() for group in groups]
    edges = [edge for group in ranges for pair in group for edge in pair]
    low, high = min(edges, default=0), max(edges, default=0)
    shares = np.zeros(high - low)
    for group in ranges:
        shares += _of_group(tokens, group, query, low, high) / len(groups)
    # Copies: shares are kept longer than the token vectors, which are a file of the cache.
    return TokenShares(tokens.starts[low:high].copy(), tokens.ends[low:high].copy(), shares)


def _of_group(
    tokens: TokenVectors, group: Sequence[tuple[int, int]], query: NDArray[np.float32], low: int, high: int
) -> Floats:
    """The shares, in the similarity to one group, of the tokens from `low` up to `high`."""
    products, total = np.zeros(high - low), np.zeros(len(query))
    for first, last in group:
        for start in range(first, last, _BLOCK_TOKENS):
            end = min(start + _BLOCK_TOKENS, last)
            block = tokens.vectors[start:end].astype(np.float32)
            products[start - low : end - low] += block @ query
            total += block.sum(axis=0)
    norm = float(np.linalg.norm(total))
    return products / norm if norm else np.zeros(high - low)
