"""Puts small pieces back into the line that they stand in.

Some programs write a page's raised marks, such as (1) or a trade mark sign, after everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from rag_core.documents.flow.lines import Line

_LONGEST = 6  # characters of a stray piece
_BAND = 0.5  # of the piece's height: it overlaps its line by so much
_HANGING = 3.0  # of the line's height: so far before its line a footnote's mark may stand
_MARK = re.compile(r"\(?\w{1,2}\)|[*\u2020\u2021]+\Z")
_TIGHT = 0.2  # of the line's height: closer than this it belongs to the word before


def settle(lines: Sequence[Line]) -> list[Line]:
    """The lines with strays moved into the gaps of others; the order of lines stays."""
    settled = list(lines)
    for stray in [line for line in lines if line.upright and len(line.text) <= _LONGEST]:
        for place, host in enumerate(settled):
            if host is not stray and (at := _gap_in(host, stray)) is not None:
                settled[place] = _inserted(host, stray, at)
                settled.remove(stray)
                break
    return settled


def _gap_in(host: Line, stray: Line) -> int | None:
    """The index in the host's text before which the stray stands, if there is room for it in that line."""
    middle = (stray.left + stray.right) / 2
    overlap = min(host.bottom, stray.bottom) - max(host.top, stray.top)
    if not host.upright or overlap < _BAND * (stray.bottom - stray.top):
        return None
    if _MARK.match(stray.text) and 0 <= host.left - stray.right < _HANGING * host.height:
        return 0
    if not host.left < middle < host.right:
        return None
    centres = (host.boxes[:, 0] + host.boxes[:, 2]) / 2
    covered = (host.boxes[:, 0] < stray.right - 0.5) & (host.boxes[:, 2] > stray.left + 0.5)  # False for NaN
    behind = np.flatnonzero(centres > middle)
    if covered.any() or not len(behind) or (centres[: behind[0]] > middle).any():
        return None
    return int(behind[0])


def _inserted(host: Line, stray: Line, at: int) -> Line:
    before, after = host.text[:at], host.text[at:]
    words_end = len(before.rstrip())
    tight = not at or stray.left - float(host.boxes[words_end - 1, 2]) < _TIGHT * host.height
    parts: list[tuple[str, Iterable[Iterable[float]]]] = [
        (before[:words_end], host.boxes[:words_end]),
        ("", []) if tight else _space(),
        (stray.text, stray.boxes),
        _space() if words_end < at or not at else ("", []),
        (after, host.boxes[at:]),
    ]
    text = "".join(part for part, _ in parts)
    boxes = np.concatenate([np.asarray(box, dtype=np.float32).reshape(-1, 4) for _, box in parts])
    return Line(host.page, text, boxes)


def _space() -> tuple[str, list[list[float]]]:
    return " ", [[np.nan] * 4]
