"""Sorts scores, with a tolerance for rounding errors."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# The vector of a text varies by about 1e-7 with the other texts that are embedded with it.
TIE = 1e-6


def falling(score: float) -> float:
    """A sort key that puts the highest score first, and what has no score (NaN) last."""
    return math.inf if math.isnan(score) else -score


def best_first(scores: NDArray[np.float32], tie: float = TIE) -> NDArray[np.intp]:
    """The indices of the scores in descending order; scores that differ by at most `tie` stay in the given order."""
    ranked = np.argsort(-scores, kind="stable")
    falls = scores[ranked[:-1]] - scores[ranked[1:]] > tie
    group = np.cumsum(np.concatenate(([False], falls)))[: len(ranked)]
    return ranked[np.lexsort((ranked, group))]
