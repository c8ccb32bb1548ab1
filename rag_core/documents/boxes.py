"""Merges the boxes of characters into boxes of lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag_core.geometry import Box

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

_MAX_SPACE = 1.0  # of the line's height; a wider gap is one between columns or cells
_MIN_OVERLAP = 0.5  # of the smaller character's height: superscripts belong to their line
_STACKED = 0.6  # of the narrower character's width: letters of a vertical line overlap this much
_MAX_THICKNESS = 1.8  # in character heights; a thicker run is not one straight line


def line_boxes(text: str, char_boxes: Floats, start: int, end: int) -> list[Box]:
    """The boxes of `text[start:end]`, one per line or part of a line, in reading order.

    `char_boxes` has shape (len(text), 4) and the characters of the span are on one page. White space and characters
    without a box are not covered themselves; a gap far wider than a space begins a new box.
    """
    boxes = char_boxes[start:end]
    inked = ~np.isnan(boxes[:, 0])
    inked &= np.fromiter((not char.isspace() for char in text[start:end]), dtype=bool, count=len(boxes))
    index = np.flatnonzero(inked)
    if not len(index):
        return []
    boxes = boxes[index]
    firsts = np.flatnonzero(np.concatenate(([True], ~_connected(boxes, _line_numbers(text[start:end])[index]))))
    runs = _bounding_boxes(boxes, firsts)
    slanted = _slanted(boxes, runs, firsts)
    if slanted.any():
        lengths = np.diff(np.append(firsts, len(boxes)))
        alone = np.repeat(slanted, lengths)
        firsts = np.union1d(firsts, np.flatnonzero(alone))
        runs = _bounding_boxes(boxes, firsts)
    return [Box(*row) for row in runs.tolist()]


def _line_numbers(text: str) -> NDArray[np.intp]:
    """For each character, the number of line breaks up to it."""
    return np.cumsum(np.fromiter((char == "\n" for char in text), dtype=np.intp, count=len(text)))


def _connected(boxes: Floats, lines: NDArray[np.intp]) -> Flags:
    """Whether each pair of neighbours belongs to one line: shape (n - 1,)."""
    before, after = boxes[:-1], boxes[1:]
    heights = np.minimum(before[:, 3] - before[:, 1], after[:, 3] - after[:, 1])
    widths = np.minimum(before[:, 2] - before[:, 0], after[:, 2] - after[:, 0])
    apart_x = np.maximum(before[:, 0], after[:, 0]) - np.minimum(before[:, 2], after[:, 2])
    apart_y = np.maximum(before[:, 1], after[:, 1]) - np.minimum(before[:, 3], after[:, 3])
    # A space is measured by the larger letter: the smaller one may be an exponent.
    max_heights = np.maximum(before[:, 3] - before[:, 1], after[:, 3] - after[:, 1])
    beside = (-apart_y >= _MIN_OVERLAP * heights) & (apart_x <= _MAX_SPACE * max_heights)
    max_widths = np.maximum(before[:, 2] - before[:, 0], after[:, 2] - after[:, 0])
    above = (-apart_x >= _STACKED * widths) & (apart_y <= _MAX_SPACE * max_widths) & (lines[1:] == lines[:-1])
    connected: Flags = beside | above
    return connected


def _bounding_boxes(boxes: Floats, firsts: NDArray[np.intp]) -> Floats:
    """The bounding box of each run of boxes that begins at an index of `firsts`: shape (len(firsts), 4)."""
    low = np.minimum.reduceat(boxes[:, :2], firsts, axis=0)
    high = np.maximum.reduceat(boxes[:, 2:], firsts, axis=0)
    return np.concatenate((low, high), axis=1)


def _slanted(boxes: Floats, runs: Floats, firsts: NDArray[np.intp]) -> Flags:
    """Whether a run is neither horizontal nor vertical: the bounding box of slanted text would cover other words."""
    high = np.maximum.reduceat(boxes[:, 3] - boxes[:, 1], firsts)
    wide = np.maximum.reduceat(boxes[:, 2] - boxes[:, 0], firsts)
    thick = (runs[:, 3] - runs[:, 1]) > _MAX_THICKNESS * high
    slanted: Flags = thick & ((runs[:, 2] - runs[:, 0]) > _MAX_THICKNESS * wide)
    return slanted
