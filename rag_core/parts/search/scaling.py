"""Combines the scores of several queries and levels into one score per entry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag_core.stages.ordering import TIE

Scores = NDArray[np.float32]


def combined(stage: str, levels: Sequence[Scores], weights: Sequence[float]) -> dict[str, Scores]:
    """Combine scores per level, each of shape (queries, entries), into scores of shape (entries,), by stage.

    The last stage ranks. The scores of a single query at a single level are the stage's; others are averaged for the
    stage, and scaled before they are averaged for the stage `fused`.
    """
    scores = {stage: averaged(levels, weights)}
    return scores if len(levels) == len(weights) == 1 else scores | {"fused": scaled_mean(levels, weights)}


def averaged(levels: Sequence[Scores], weights: Sequence[float]) -> Scores:
    """The mean of the scores over the queries by their weights, and over the levels; shape (entries,)."""
    if len(levels) == len(weights) == 1:
        return np.asarray(levels[0][0], np.float32)
    shares = np.asarray(weights, np.float32) / (sum(weights) or 1.0)
    return np.asarray(np.mean([shares @ scores for scores in levels], axis=0), np.float32)


def scaled_mean(levels: Sequence[Scores], weights: Sequence[float]) -> Scores:
    """As `averaged`, of the scores scaled per query and level over all entries."""
    return averaged([scaled(scores) for scores in levels], weights)


def scaled(scores: Scores) -> Scores:
    """Min-max scaling of each row to 0 to 1; all zeros for a row of scores that are equal but for rounding."""
    if not scores.size:
        return scores
    low = scores.min(axis=1, keepdims=True)
    width = scores.max(axis=1, keepdims=True) - low
    return np.asarray(np.divide(scores - low, width, out=np.zeros_like(scores), where=width > TIE))
