"""Intervals of the difference between two strategies that answered the same questions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag_core.evaluation.matching import MatchedQuestion

Floats = NDArray[np.float64]
RESAMPLES = 10_000
_SEED = 0


def passages(asked: Sequence[MatchedQuestion]) -> NDArray[np.int64]:
    """For each question the number of its passage: questions are on one if their excerpts overlap, or pages meet.

    Such questions are found or missed together, so that they are resampled together.
    """
    groups = list(range(len(asked)))
    for i, one in enumerate(asked):
        for j in range(i):
            if groups[i] != groups[j] and _meet(one, asked[j]):
                joined, into = groups[i], groups[j]
                groups = [into if group == joined else group for group in groups]
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)


def _meet(one: MatchedQuestion, other: MatchedQuestion) -> bool:
    if one.document is not other.document:
        return False
    if one.gold and other.gold:
        return any(a.start < b.end and b.start < a.end for a in one.gold for b in other.gold)
    return bool(set(one.pages) & set(other.pages))


def interval(differences: Floats, groups: NDArray[np.int64]) -> tuple[float, float, float]:
    """The mean difference with the ends of its 95 % interval, by a bootstrap over the groups with a fixed seed."""
    groups = np.unique(groups, return_inverse=True)[1]
    sums, sizes = np.bincount(groups, differences), np.bincount(groups)
    drawn = np.random.default_rng(_SEED).multinomial(len(sums), np.full(len(sums), 1 / len(sums)), RESAMPLES)
    low, high = np.quantile(drawn @ sums / (drawn @ sizes), (0.025, 0.975))
    return float(differences.mean()), float(low), float(high)
