"""The windows in which a model reads a text longer than its limit, and which window each token's vector comes from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def stride_of(window: int, overlap_percent: int) -> int:
    """The distance in tokens between the starts of windows that overlap by `overlap_percent`; at least 1."""
    return max(round(window * (100 - overlap_percent) / 100), 1)


def window_starts(tokens: int, window: int, stride: int) -> NDArray[np.int64]:
    """The first token of each window, int64 of shape (windows,); together the windows cover all `tokens`.

    Every window is `window` tokens wide, unless the text is shorter; the last one ends with the text.
    """
    last = max(tokens - window, 0)
    return np.unique(np.minimum(np.arange(0, last + stride, stride), last))


def owners(tokens: int, starts: NDArray[np.int64], window: int) -> NDArray[np.int64]:
    """For each token, the index of the window in which it is most central; of two equally good ones, the earlier.

    int64 of shape (tokens,), ascending. The border between two windows is in the middle of their overlap.
    """
    ends = np.minimum(starts + window, tokens)
    borders = -(-(starts[1:] + ends[:-1]) // 2)
    return np.searchsorted(borders, np.arange(tokens), side="right")
