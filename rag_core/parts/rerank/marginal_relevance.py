"""Maximal marginal relevance of entries whose relevance and similarities are known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def mmr(
    relevance: NDArray[np.floating[Any]], similar: NDArray[np.floating[Any]], lambda_mult: float, tie: float = 1e-6
) -> tuple[list[int], list[float]]:
    """The order in which entries are taken, and the score of each at that moment.

    Of those whose scores differ by at most `tie` from the highest, as rounding errors do, the first is taken.
    `relevance` has the shape (entries,), `similar` the shape (entries, entries).
    """
    order: list[int] = []
    scores: list[float] = []
    nearest = np.zeros(len(relevance))  # nothing is taken yet
    left = np.ones(len(relevance), bool)
    for _ in range(len(relevance)):
        marginal = np.where(left, lambda_mult * relevance - (1 - lambda_mult) * nearest, -np.inf)
        best = int((marginal >= marginal.max() - tie).argmax())
        nearest = np.maximum(nearest, similar[best]) if order else similar[best]
        order.append(best)
        scores.append(float(marginal[best]))
        left[best] = False
    return order, scores


def scaled_to_one(scores: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """The scores, scaled to the range from 0 to 1; all zeros if they are equal."""
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.zeros(len(scores))


def similarities(vectors: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """The cosine similarities of entries, the mean over their levels; `vectors` is of shape (levels, entries, n)."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit = np.divide(vectors, lengths, out=np.zeros(vectors.shape), where=lengths > 0)
    similar: NDArray[np.floating[Any]] = np.mean(unit @ np.swapaxes(unit, 1, 2), axis=0)
    return similar
