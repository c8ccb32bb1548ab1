"""How a long text is read in windows of the model's limit, and which window each token's vector is taken from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def stride_of(window: int, overlap_percent: int) -> int:
    """The distance of windows, in tokens, that share so many percent with the one before them; at least 1."""
    return max(round(window * (100 - overlap_percent) / 100), 1)


def window_starts(tokens: int, window: int, stride: int) -> NDArray[np.int64]:
    """First tokens of overlapping windows that cover `tokens`; the last window ends with the text.

    All windows are `window` tokens wide, but for a text that is shorter.
    """
    last = max(tokens - window, 0)
    return np.unique(np.minimum(np.arange(0, last + stride, stride), last))


def owners(tokens: int, starts: NDArray[np.int64], window: int) -> NDArray[np.int64]:
    """For each token, the index of the window in which it stands most central; the earlier one of equals.

    Shape (tokens,), ascending. The border between two windows is half-way through what they share.
    """
    ends = np.minimum(starts + window, tokens)
    borders = -(-(starts[1:] + ends[:-1]) // 2)
    return np.searchsorted(borders, np.arange(tokens), side="right")
