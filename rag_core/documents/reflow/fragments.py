"""Merges fragments into the lines that they are part of.

Some programs write raised marks, such as (1) or a trade mark sign, after everything else on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from rag_core.documents.reflow.lines import Line

_MAX_LENGTH = 6  # characters
_MIN_OVERLAP = 0.5  # of the fragment's height, with its line
_MAX_HANGING = 3.0  # of the line's height: a footnote's mark may be this far before its line
_MARK = re.compile(r"\(?\w{1,2}\)|[*\u2020\u2021]+\Z")
_TIGHT = 0.2  # of the line's height: closer than this it belongs to the previous word


def merge_fragments(lines: Sequence[Line]) -> list[Line]:
    """The lines, with fragments inserted into the gaps of other lines; the order of lines stays."""
    merged = list(lines)
    for fragment in [line for line in lines if line.upright and len(line.text) <= _MAX_LENGTH]:
        for place, host in enumerate(merged):
            if host is not fragment and (at := _gap_in(host, fragment)) is not None:
                merged[place] = _inserted(host, fragment, at)
                merged.remove(fragment)
                break
    return merged


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
    return Line(host.page, text, boxes)


def _space() -> tuple[str, list[list[float]]]:
    return " ", [[np.nan] * 4]
