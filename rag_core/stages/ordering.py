"""Sorts scores, with a tolerance for rounding errors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# The vector of a text varies by about 1e-7 with the other texts that are embedded with it.
_TIE = 1e-6


def best_first(scores: NDArray[np.float32]) -> NDArray[np.intp]:
    """The indices of the scores in descending order; scores that differ by rounding only stay in the given order."""
    ranked = np.argsort(-scores, kind="stable")
    falls = scores[ranked[:-1]] - scores[ranked[1:]] > _TIE
    group = np.cumsum(np.concatenate(([False], falls)))[: len(ranked)]
    return ranked[np.lexsort((ranked, group))]
