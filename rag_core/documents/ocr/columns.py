"""The order in which the lines of a page are read, by their places: columns one after the other, rows across."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MIN_LINES = 3  # of running text on each side of a gutter
_LONG = 9.0  # times its height: a line of running text is at least this wide, a figure of a table is not
_MIN_LONG = 0.3  # of the lines of a side, by their number: else it is a table
_MAX_CROSSING = 0.25  # of the long lines: titles, captions and wide figures run across a gutter
_MIN_OVERLAP = 0.5  # of the smaller height: pieces that overlap so much are one row
_MIN_GUTTER = 0.6  # of a line's height


class _Gutter(NamedTuple):
    left: float
    right: float


def in_columns(boxes: Floats) -> list[list[int]]:
    """The rows of a page, in reading order, each as indices of `boxes` from left to right: shape (n, 4)."""
    rows: list[list[int]] = []
    for region in _regions(boxes, list(range(len(boxes)))):
        rows += _rows(boxes, region)
    return rows


def _regions(boxes: Floats, chosen: list[int]) -> list[list[int]]:
    """The lines grouped into regions of one column each, in reading order."""
    gutter = _gutter(boxes[chosen]) if len(chosen) >= 2 * _MIN_LINES else None
    if gutter is None:
        return [chosen] if chosen else []
    middle = (gutter.left + gutter.right) / 2
    crossing = [i for i in chosen if boxes[i, 0] < gutter.left and boxes[i, 2] > gutter.right]
    crossing.sort(key=lambda i: boxes[i, 1])
    rest = [i for i in chosen if i not in set(crossing)]
    regions: list[list[int]] = []
    for index, line in enumerate([*crossing, None]):
        end = np.inf if line is None else (boxes[line, 1] + boxes[line, 3]) / 2
        band = [i for i in rest if (boxes[i, 1] + boxes[i, 3]) / 2 < end]
        rest = [i for i in rest if i not in set(band)]
        left = [i for i in band if (boxes[i, 0] + boxes[i, 2]) / 2 < middle]
        right = [i for i in band if i not in set(left)]
        for side in (left, right):
            regions += _regions(boxes, side)
        if line is not None:
            # Lines across the gutter that nothing separates are one region.
            follows = index > 0 and not band and regions
            regions[-1:] = [[*regions[-1], line]] if follows else [*regions[-1:], [line]]
    return regions


def _gutter(boxes: Floats) -> _Gutter | None:
    """The gap between two columns of running text, if there is one; the one that fewest lines cross."""
    heights = np.maximum(boxes[:, 3] - boxes[:, 1], 1e-6)
    height = float(np.median(heights))
    is_long = (boxes[:, 2] - boxes[:, 0]) >= _LONG * height
    if is_long.sum() < 2 * _MIN_LINES:
        return None
    best: tuple[int, float, _Gutter] | None = None
    # A gutter begins where a line ends and ends where another one begins.
    for right in np.unique(boxes[is_long, 0]):
        before = boxes[:, 2] <= right
        if not before.any():
            continue
        left = float(np.percentile(boxes[before & is_long, 2], 90)) if (before & is_long).any() else right
        left = min(left, right - _MIN_GUTTER * height)
        sides = (boxes[:, 2] <= right, boxes[:, 0] >= left)
        crossing = ~(sides[0] | sides[1])
        long_sides = [int((side & is_long).sum()) for side in sides]
        tables = any((side & is_long).sum() < _MIN_LONG * side.sum() for side in sides)
        if min(long_sides) < _MIN_LINES or tables or not _beside(boxes[sides[0]], boxes[sides[1]]):
            continue
        crossed = int((crossing & is_long).sum())
        if crossed > _MAX_CROSSING * is_long.sum():
            continue
        score = (crossed, -min(long_sides))
        if best is None or score < best[:2]:
            best = (*score, _Gutter(left, float(right)))
    return None if best is None else best[2]


def _beside(left: Floats, right: Floats) -> bool:
    """Whether two groups of lines stand beside each other and not one above the other."""
    overlap = min(left[:, 3].max(), right[:, 3].max()) - max(left[:, 1].min(), right[:, 1].min())
    smaller = min(left[:, 3].max() - left[:, 1].min(), right[:, 3].max() - right[:, 1].min())
    return bool(overlap > smaller / 2)


def _rows(boxes: Floats, chosen: Sequence[int]) -> list[list[int]]:
    """The rows of one column from top to bottom: pieces beside each other are one row."""
    rows: list[list[int]] = []
    for index in sorted(chosen, key=lambda i: boxes[i, 1] + boxes[i, 3]):
        last = rows[-1] if rows else []
        if last and all(_is_beside(boxes[index], boxes[other]) for other in last):
            last.append(index)
        else:
            rows.append([index])
    return [sorted(row, key=lambda i: boxes[i, 0]) for row in rows]


def _is_beside(one: Floats, other: Floats) -> bool:
    """Whether two pieces stand at one height and do not overlap."""
    high = min(one[3], other[3]) - max(one[1], other[1])
    wide = min(one[2], other[2]) - max(one[0], other[0])
    smaller = min(one[3] - one[1], other[3] - other[1])
    return bool(high >= _MIN_OVERLAP * smaller and wide <= smaller / 2)
