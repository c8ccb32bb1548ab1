"""How a chunk lies on a page: its lines, a rail beside each stretch of them, and a mark where it begins and ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from rag_core.geometry import Box

Side = Literal["before", "after"]  # the left or the right of text in lines; above or below it where it runs upright

_SAME_LINE = 0.5  # of the smaller height that two boxes of one line share
_UPRIGHT = 1.5  # a box of several characters that is so much taller than wide is of text that runs up or down
_TRACK, _GAP = 3.4, 1.2  # points
_SERIF = 3.5


def is_upright(lines: Sequence[Box]) -> bool:
    """Whether most of the text runs up or down the page."""
    upright = sum(_length(line) for line in lines if _height(line) > _UPRIGHT * _width(line))
    return upright > sum(_length(line) for line in lines) / 2


def rails(lines: Sequence[Box], side: Side, track: int, around: Sequence[Box] = ()) -> list[Box]:
    """A thin bar beside each stretch of lines that follow each other down the page, as in a column of text.

    Chunks on different tracks, numbered from 0, have bars that do not cover each other. `around` are all lines of the
    page: where a wide line stands above a narrow column, the bar ends before it would run through the column beside.
    """
    if is_upright(lines):
        turned = _rails([_turned(line) for line in lines], side, track, [_turned(line) for line in around])
        return [_turned(rail) for rail in turned]
    return _rails(lines, side, track, around)


def stretches(lines: Sequence[Box], may_join: Callable[[Box, Box], bool] = lambda *_: True) -> list[Box]:
    """What surrounds the lines that follow each other down the page; a line that stands higher begins a new one.

    So does a line below a stretch that it may not join.
    """
    found: list[Box] = []
    last: Box | None = None
    for line in lines:
        if last is not None and (_beside(last, line) or (_below(last, line, found[-1]) and may_join(found[-1], line))):
            found[-1] = _around(found[-1], line)
        else:
            found.append(line)
        last = line
    return found


def bracket(line: Box, character: Box, *, opens: bool) -> str:
    """The SVG path of a mark at an end of a line, where the chunk's first or last character stands."""
    if _height(line) > _UPRIGHT * _width(line):
        is_low = _middle(character.top, character.bottom) < _middle(line.top, line.bottom)
        y, serif = (line.top, _SERIF) if is_low else (line.bottom, -_SERIF)
        left, right = line.left, line.right
        return _path((left, y + serif), (left, y), (right, y), (right, y + serif))
    is_left = _middle(character.left, character.right) <= _middle(line.left, line.right) + (0.01 if opens else -0.01)
    x, serif = (line.left, _SERIF) if is_left else (line.right, -_SERIF)
    return _path((x + serif, line.top), (x, line.top), (x, line.bottom), (x + serif, line.bottom))


def band(line: Box, part: int, parts: int) -> Box:
    """The part of a line's height, from 0, that is one chunker's where several chunkers share the line."""
    if _height(line) > _UPRIGHT * _width(line):
        return _turned(band(_turned(line), part, parts))
    step = _height(line) / parts
    return Box(line.left, line.top + part * step, line.right, line.top + (part + 1) * step)


def strike(line: Box) -> tuple[float, float, float, float]:
    """The ends x1, y1, x2, y2 of a stroke through the middle of a line."""
    x, y = _middle(line.left, line.right), _middle(line.top, line.bottom)
    if _height(line) > _UPRIGHT * _width(line):
        return x, line.top, x, line.bottom
    return line.left, y, line.right, y


def _rails(lines: Sequence[Box], side: Side, track: int, around: Sequence[Box]) -> list[Box]:
    def may_join(stretch: Box, line: Box) -> bool:
        joined = _rail(_around(stretch, line), side, track)
        new = Box(joined.left, stretch.bottom, joined.right, line.bottom)
        return not _crosses(new, around) or _crosses(_rail(line, side, track), around)

    return [_rail(stretch, side, track) for stretch in stretches(lines, may_join)]


def _rail(stretch: Box, side: Side, track: int) -> Box:
    distance = _GAP + track * (_TRACK + 0.6)
    left = stretch.left - distance - _TRACK if side == "before" else stretch.right + distance
    return Box(left, stretch.top, left + _TRACK, stretch.bottom)


def _crosses(rail: Box, lines: Sequence[Box]) -> bool:
    return any(
        min(rail.right, line.right) > max(rail.left, line.left)
        and min(rail.bottom, line.bottom) > max(rail.top, line.top)
        for line in lines
    )


def _beside(last: Box, line: Box) -> bool:
    shared = min(last.bottom, line.bottom) - max(last.top, line.top)
    return shared >= _SAME_LINE * min(_height(last), _height(line))


def _below(last: Box, line: Box, stretch: Box) -> bool:
    overlaps = min(stretch.right, line.right) > max(stretch.left, line.left)
    return overlaps and line.top >= last.top


def _around(one: Box, other: Box) -> Box:
    return Box(
        min(one.left, other.left), min(one.top, other.top), max(one.right, other.right), max(one.bottom, other.bottom)
    )


def _turned(box: Box) -> Box:
    return Box(box.top, box.left, box.bottom, box.right)


def _path(*points: tuple[float, float]) -> str:
    return "M" + " L".join(f"{x:.2f} {y:.2f}" for x, y in points)


def _middle(one: float, other: float) -> float:
    return (one + other) / 2


def _height(box: Box) -> float:
    return box.bottom - box.top


def _width(box: Box) -> float:
    return box.right - box.left


def _length(box: Box) -> float:
    return max(_height(box), _width(box))
