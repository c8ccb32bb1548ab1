"""The segmentation of a text into clusters of consecutive pieces that are most similar to each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_BLOCK = 2048  # pieces whose similarities are in memory at the same time


def optimal_clusters(vectors: NDArray[np.floating], max_pieces: int) -> list[tuple[int, int]]:
    """The clusters as half-open ranges of pieces, each with at most `max_pieces`, that have the greatest total reward.

    The reward of a cluster is the sum, over all ordered pairs of different pieces in it, of their similarity (the
    product of their vectors) minus the mean similarity of all pairs of the text. Of equal segmentations, the one with
    the shorter last cluster is taken, and so on backwards. Only similarities within a cluster's reach are computed.
    """
    if not len(vectors):
        return []
    best = np.zeros(len(vectors) + 1)
    sizes = np.ones(len(vectors), np.int64)
    for first, rewards in _rewards(vectors, max_pieces):
        for end, of_sizes in enumerate(rewards, first + 1):
            totals = of_sizes[: min(end, max_pieces)] + best[max(end - max_pieces, 0) : end][::-1]
            taken = int(np.argmax(totals))
            best[end], sizes[end - 1] = totals[taken], taken + 1
    return _from_the_end(sizes.tolist())


def _from_the_end(sizes: list[int]) -> list[tuple[int, int]]:
    clusters, end = [], len(sizes)
    while end:
        clusters.append((end - sizes[end - 1], end))
        end -= sizes[end - 1]
    return clusters[::-1]


def mean_similarity(vectors: NDArray[np.floating]) -> float:
    """The mean of the products of all pairs of different vectors, from the vector of their sum; 0 without a pair."""
    count = len(vectors)
    if count < 2:
        return 0.0
    total = vectors.sum(axis=0, dtype=np.float64)
    own = np.einsum("id,id->", vectors, vectors, dtype=np.float64)
    return float((total @ total - own) / (count * (count - 1)))


def _rewards(vectors: NDArray[np.floating], max_pieces: int) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Blocks of rewards: row i has those of the clusters of 1, 2, ... pieces that end with piece `first` + i."""
    mean = mean_similarity(vectors)
    for first in range(0, len(vectors), _BLOCK):
        last = min(first + _BLOCK, len(vectors))
        before = max(first - max_pieces + 1, 0)
        yield first, _of_block(vectors[before:last], first - before, max_pieces, mean)


def _of_block(vectors: NDArray[np.floating], skipped: int, max_pieces: int, mean: float) -> NDArray[np.float64]:
    """The rewards of the clusters that end with the pieces from `skipped` on; -inf beyond the first piece."""
    count, reach = len(vectors), min(max_pieces, len(vectors))
    # The similarities of each piece to the next ones, summed up: column k has those to the next k.
    to_next = np.zeros((count, reach))
    for k in range(1, reach):
        to_next[: count - k, k] = np.einsum("id,id->i", vectors[:-k], vectors[k:], dtype=np.float64) - mean
    np.cumsum(to_next, axis=1, out=to_next)
    rewards = np.full((count, reach), -np.inf)
    rewards[:, 0] = 0.0
    for size in range(2, reach + 1):  # a piece before the cluster adds twice its similarities to the others
        rewards[size - 1 :, size - 1] = rewards[size - 1 :, size - 2] + 2 * to_next[: count - size + 1, size - 1]
    return rewards[skipped:]
