"""The windows of several widths around each chunk of a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray


def window_spans(
    chunks: Sequence[tuple[int, int]], widths: Sequence[int], count: Callable[[int, int], int]
) -> list[list[tuple[int, int]]]:
    """For each width in tokens, the window around each of the ascending chunks, from start to end.

    A chunk belongs to a window if its middle is at most half the width away from the middle of the window. `count`
    counts the tokens from start to end.
    """
    middles = middles_of(chunks, count)
    ends = list(accumulate((end for _, end in chunks), max))
    levels = []
    for width in widths:
        first = np.searchsorted(middles, middles - width / 2, side="left").tolist()
        last = np.searchsorted(middles, middles + width / 2, side="right").tolist()
        levels.append([(chunks[a][0], ends[b - 1]) for a, b in zip(first, last, strict=True)])
    return levels


def middles_of(chunks: Sequence[tuple[int, int]], count: Callable[[int, int], int]) -> NDArray[np.float64]:
    """The middle of each chunk, in tokens of the text from the first one; a chunk reaches to the next one's beginning.

    Tokens are counted from the beginning of the chunk before, since a token may begin with the space between the two.
    """
    position, middles = 0, []
    for i, (start, end) in enumerate(chunks):
        base = chunks[max(i - 1, 0)][0]
        following = chunks[i + 1][0] if i + 1 < len(chunks) else end
        before = count(base, start)
        middles.append(position + (count(base, max(end, following)) - before) / 2)
        position += count(base, following) - before
    # A cut inside a word can give more tokens than the word has.
    return np.maximum.accumulate(np.array(middles, np.float64))
