"""What each term of a question adds to the BM25 scores of entries."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.text.terms import Words


class TermShares(NamedTuple):
    """The shares of each term in the scores of some entries, in arrays of shape (entries,); `words` finds the terms."""

    words: Words
    by_term: dict[str, NDArray[np.float64]]
