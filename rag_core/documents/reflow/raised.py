"""Raised digits, such as the marks of footnotes and exponents, as the superscript digits of Unicode.

As ordinary digits they would be a part of the word or the number before them ("tokens.4", "104").
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.reflow.lines import Floats, Line
from rag_core.text.superscripts import SUPERSCRIPT_OF

_SMALLER = 0.86  # of the height of the letter beside it, at most
_RAISED = 0.2  # of the height of the letter beside it: the foot of the digit is this much higher
_MAX_RISE = 0.6  # of the height: the head of a numerator is further above that of the letters
_NEAR = 1.5  # of the height: the letter beside it is no further away
_ITEM_NUMBER = re.compile(r"\s*\d+(?:\.\d+)*[.):]")  # of a list, which may be smaller and higher than its first word
_SIGNS = {"+": "\u207a", "-": "\u207b", "\u2212": "\u207b"}


def with_raised_digits(line: Line) -> Line:
    """The line with its raised digits, and signs before them, as superscripts; boxes stay as they are."""
    if not line.upright or SUPERSCRIPT_OF.keys().isdisjoint(line.text):
        return line
    heights = line.boxes[:, 3] - line.boxes[:, 1]
    small = heights < _SMALLER * np.nanmax(heights)  # False for NaN
    begins = found.end() if (found := _ITEM_NUMBER.match(line.text)) else 0
    places = [place for place in np.flatnonzero(small).tolist() if line.text[place] in SUPERSCRIPT_OF]
    raised = [place for place in places if place >= begins and _is_raised(line.boxes, small, place)]
    chars = list(line.text)
    for place in reversed(raised):
        if place and chars[place - 1] == "(" and small[place - 1]:
            continue  # a mark in brackets is told from the word already
        chars[place] = SUPERSCRIPT_OF[chars[place]]
        signed = place and small[place - 1] and _is_raised(line.boxes, small, place - 1)
        if signed and chars[place - 1] in _SIGNS:
            chars[place - 1] = _SIGNS[chars[place - 1]]
    text = "".join(chars)
    return line if text == line.text else replace(line, text=text)


def _is_raised(boxes: Floats, small: NDArray[np.bool_], place: int) -> bool:
    """Whether a character stands higher than the larger letter beside it, as exponents do."""
    beside = _larger_beside(boxes, small, place)
    if beside is None:
        return False
    left, top, right, bottom = boxes[place].tolist()
    other_left, other_top, other_right, other_bottom = boxes[beside].tolist()
    height = other_bottom - other_top
    near = max(left - other_right, other_left - right) <= _NEAR * height
    smaller = bottom - top <= _SMALLER * height
    higher = other_bottom - bottom >= _RAISED * height and top >= other_top - _MAX_RISE * height
    return bool(near and smaller and higher and bottom > other_top)


def _larger_beside(boxes: Floats, small: NDArray[np.bool_], place: int) -> int | None:
    """The last larger letter before a place, else the first after it."""
    large = ~small & ~np.isnan(boxes[:, 0])
    before, after = np.flatnonzero(large[:place]), np.flatnonzero(large[place:])
    if len(before):
        return int(before[-1])
    return int(after[0]) + place if len(after) else None
