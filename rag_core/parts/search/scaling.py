"""How the scores of several queries and levels become one score per entry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


def combined(levels: Sequence[Scores], weights: Sequence[float]) -> Scores:
    """One score per entry, of shape (entries,), from levels of shape (queries, entries).

    One query at one level keeps its scores as they are. Otherwise each level's scores are scaled over all entries for
    each query, added by the queries' weights, and averaged over the levels.
    """
    if len(levels) == 1 and len(weights) == 1:
        only: Scores = levels[0][0]
        return only
    shares = np.asarray(weights, np.float32) / (sum(weights) or 1.0)
    return np.asarray(np.mean([shares @ scaled(scores) for scores in levels], axis=0), np.float32)


def scaled(scores: Scores) -> Scores:
    """Each row scaled from 0, its minimum, to 1, its maximum; 0 where all its scores are equal."""
    if not scores.size:
        return scores
    low = scores.min(axis=1, keepdims=True)
    width = scores.max(axis=1, keepdims=True) - low
    return np.asarray(np.divide(scores - low, width, out=np.zeros_like(scores), where=width > 0))
