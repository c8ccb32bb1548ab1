"""Merges fragments into the lines that they are part of.

Some programs write raised marks, such as (1) or a trade mark sign, after everything else on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.reflow.lines import Line

_MAX_LENGTH = 6  # characters
_MIN_OVERLAP = 0.5  # of the fragment's height, with its line
_MAX_HANGING = 3.0  # of the line's height: a footnote's mark may be this far before its line
_MARK = re.compile(r"\(?\w{1,2}\)|[*\u2020\u2021]+\Z")
_TIGHT = 0.2  # of the line's height: closer than this it belongs to the previous word


def merge_fragments(lines: Sequence[Line]) -> list[Line]:
    """The lines, with fragments inserted into the gaps of other lines; the order of lines stays."""
    merged: list[Line | None] = list(lines)
    reaches = np.array([_reach(line) for line in lines], dtype=np.float64).reshape(-1, 4)
    for index in range(len(merged)):
        fragment = merged[index]  # it may itself have taken up another one, and then be a longer line
        if fragment is None or not fragment.upright or len(fragment.text) > _MAX_LENGTH:
            continue
        for place in _near(reaches, fragment):
            host = merged[place]
            if place != index and host is not None and (at := _gap_in(host, fragment)) is not None:
                longer = _inserted(host, fragment, at)
                merged[place], merged[index], reaches[place] = longer, None, _reach(longer)
                break
    return [line for line in merged if line is not None]


def _reach(line: Line) -> tuple[float, float, float, float]:
    """Where a fragment of the line may stand: left with the room for a hanging mark, top, right, bottom."""
    return line.left - _MAX_HANGING * line.height, line.top, line.right, line.bottom


def _near(reaches: NDArray[np.float64], fragment: Line) -> list[int]:
    """The indices of the lines within whose reach the fragment lies: a page may have thousands of both."""
    beside = (reaches[:, 0] < fragment.right) & (reaches[:, 2] > fragment.left)
    near = beside & (reaches[:, 1] < fragment.bottom) & (reaches[:, 3] > fragment.top)
    return [int(index) for index in np.flatnonzero(near)]


def _gap_in(host: Line, fragment: Line) -> int | None:
    """The index in the host's text before which the fragment belongs; None where it is not in a gap of that line."""
    middle = (fragment.left + fragment.right) / 2
    overlap = min(host.bottom, fragment.bottom) - max(host.top, fragment.top)
    if not host.upright or overlap < _MIN_OVERLAP * (fragment.bottom - fragment.top):
        return None
    if _MARK.match(fragment.text) and 0 <= host.left - fragment.right < _MAX_HANGING * host.height:
        return 0
    if not host.left < middle < host.right:
        return None
    centres = (host.boxes[:, 0] + host.boxes[:, 2]) / 2
    covered = (host.boxes[:, 0] < fragment.right - 0.5) & (host.boxes[:, 2] > fragment.left + 0.5)  # False for NaN
    after = np.flatnonzero(centres > middle)
    if covered.any() or not len(after) or (centres[: after[0]] > middle).any():
        return None
    return int(after[0])


def _inserted(host: Line, fragment: Line, at: int) -> Line:
    before, after = host.text[:at], host.text[at:]
    words_end = len(before.rstrip())
    tight = not at or fragment.left - float(host.boxes[words_end - 1, 2]) < _TIGHT * host.height
    parts: list[tuple[str, Iterable[Iterable[float]]]] = [
        (before[:words_end], host.boxes[:words_end]),
        ("", []) if tight else _space(),
        (fragment.text, fragment.boxes),
        _space() if words_end < at or not at else ("", []),
        (after, host.boxes[at:]),
    ]
    text = "".join(part for part, _ in parts)
    boxes = np.concatenate([np.asarray(box, dtype=np.float32).reshape(-1, 4) for _, box in parts])
    return Line(host.page, text, boxes, host.rtl)


def _space() -> tuple[str, list[list[float]]]:
    return " ", [[np.nan] * 4]
