"""The order of scores, best first, where the last digits of a score are chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# The vector of a text differs by about 1e-7 with the batch that it was embedded in, and so with the columns beside it.
_TIE = 1e-6


def best_first(scores: NDArray[np.float32]) -> NDArray[np.intp]:
    """Indices of the scores, best first; those that nothing but rounding tells apart stay in their given order."""
    ranked = np.argsort(-scores, kind="stable")
    falls = scores[ranked[:-1]] - scores[ranked[1:]] > _TIE
    group = np.cumsum(np.concatenate(([False], falls)))[: len(ranked)]
    return ranked[np.lexsort((ranked, group))]
