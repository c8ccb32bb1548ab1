"""Sorts the lines of a page into layers whose lines do not overlap: each can then be judged without the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.reflow.lines import Floats

Codes = NDArray[np.uint32]
Integers = NDArray[np.intp]

MAX_LAYERS = 4  # each costs a drawing of the page; further lines share the last
_BAND = 0.22  # of a box, at each side: lines that are set tight touch each other
_ROWS = 256  # lines that are compared with all others at once
_MAX_PAIRS = 500  # whose letters are compared
_MIN_OVERLAP = 0.1  # of the smaller line's area


def layers_of(lines: Integers, boxes: Floats) -> Integers:
    """The layer of each character, from 0, given the numbers of their lines; boxes are NaN where there is none."""
    placed = np.flatnonzero(~np.isnan(boxes[:, 0]))
    layers = np.zeros(len(boxes), dtype=np.intp)
    if not len(placed):
        return layers
    inset = _BAND * (boxes[placed, 2:] - boxes[placed, :2])
    lows, highs = boxes[placed, :2] + inset, boxes[placed, 2:] - inset
    firsts = np.flatnonzero(np.diff(lines[placed], prepend=-1))
    numbers = lines[placed][firsts]
    pairs = _overlapping(np.minimum.reduceat(lows, firsts, axis=0), np.maximum.reduceat(highs, firsts, axis=0))
    if 0 < len(pairs) <= _MAX_PAIRS:
        pairs = _with_touching_letters(pairs, np.split(lows, firsts[1:]), np.split(highs, firsts[1:]))
    of_line = np.zeros(lines[-1] + 1, dtype=np.intp)
    of_line[numbers] = _coloured(pairs, len(numbers))
    layers[:] = of_line[lines]
    return layers


def line_numbers(codes: Codes, boxes: Floats) -> Integers:
    """For each character, the number of the line it is in: a line ends at a line break and at a jump back."""
    left = boxes[:, 0].copy()
    known = np.maximum.accumulate(np.where(np.isnan(left), 0, np.arange(len(left))))
    left = left[known]  # white space is where the character before it is
    height = np.nan_to_num(boxes[known, 3] - boxes[known, 1])
    back = np.append(False, left[1:] < left[:-1] - height[:-1])
    return np.cumsum(back | (codes == 10) | (codes == 13))


def _overlapping(low: Floats, high: Floats) -> list[tuple[int, int]]:
    """The pairs of boxes that share more than their edges."""
    pairs: list[tuple[int, int]] = []
    areas = np.prod(np.maximum(high - low, 0.01), axis=1)
    for start in range(0, len(low), _ROWS):
        rows = slice(start, start + _ROWS)
        shared = np.minimum(high[rows, None], high) - np.maximum(low[rows, None], low)
        area = np.prod(np.maximum(shared, 0), axis=2)
        ones, others = np.nonzero(area > _MIN_OVERLAP * np.minimum(areas[rows, None], areas))
        pairs += [
            (one, other) for one, other in zip((ones + start).tolist(), others.tolist(), strict=True) if one < other
        ]
    return pairs


def _with_touching_letters(
    pairs: list[tuple[int, int]], lows: list[Floats], highs: list[Floats]
) -> list[tuple[int, int]]:
    """The pairs of lines with letters in one place: the cells of a table leave gaps that others may be in."""
    found = []
    for one, other in pairs:
        shared = np.minimum(highs[one][:, None], highs[other]) - np.maximum(lows[one][:, None], lows[other])
        if (shared > 0).all(axis=2).any():
            found.append((one, other))
    return found


def _coloured(pairs: list[tuple[int, int]], count: int) -> Integers:
    """A layer for each of `count` lines: lines that overlap are in different ones, as far as there are enough."""
    neighbours: dict[int, list[int]] = {}
    for one, other in pairs:
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    layers = np.zeros(count, dtype=np.intp)
    done: set[int] = set()
    for line in sorted(neighbours):
        taken = {int(layers[other]) for other in neighbours[line] if other in done}
        layers[line] = next((layer for layer in range(MAX_LAYERS) if layer not in taken), MAX_LAYERS - 1)
        done.add(line)
    return layers
