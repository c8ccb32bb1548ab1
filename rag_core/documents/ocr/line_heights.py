"""Gives lines of one size the same height: the ink of a line without a "p" ends higher than that of its neighbours.

The boxes of a text layer have the height of the font, from which paragraphs and headings are told.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SAME_SIZE = 1.4  # times the height of a line, or its part: the most that ink varies within one size of letters
_BRACKETS = 1.18  # times the typical height: brackets reach a little beyond letters, and a heading further
_NEAR = 6.0  # times the height: how far neighbours are
_TYPICAL = 75  # per cent of the neighbours are not higher: letters that reach up and down are in most lines


def evened(boxes: Floats) -> Floats:
    """The boxes of the lines, shape (n, 4): low ones reach down to the typical height, tips of brackets do not."""
    heights = boxes[:, 3] - boxes[:, 1]
    result = boxes.copy()
    for index, (left, top, right, bottom) in enumerate(boxes):
        height = heights[index]
        beside = np.minimum(boxes[:, 2], right) - np.maximum(boxes[:, 0], left) > 0
        near = beside & (np.abs(boxes[:, 1] - top) <= _NEAR * height)
        same = near & (heights >= height / _SAME_SIZE) & (heights <= _SAME_SIZE * height)
        typical = float(np.percentile(heights[same], _TYPICAL))
        if height <= typical:
            result[index, 3] = top + typical
        elif height <= _BRACKETS * typical:
            result[index, 1::2] = top + (height - typical) / 2, bottom - (height - typical) / 2
    return result
