"""Lays two stretches of letters over each other in order, letter by letter."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rag_core.text.aligning.anchors import Runs, in_order, unique_runs
from rag_core.text.aligning.letters import Codes, as_string
from rag_core.text.aligning.scored import Edit, credible

Row = tuple[int, int, int]

_CELLS = 1 << 21  # letters times letters that are compared without looking for anchors first
_MAX_CELLS = 1 << 33  # ... and at most: some 0.3 s
_ANCHORS = (20, 10)  # letters of an anchor inside a gap
_MIN_COMMON = 4  # letters that two stretches must begin or end with where nothing says that they are one place
_WINDOW = 8192  # letters that are compared at a time where there are too many and no anchors


def rows_between(a: Codes, b: Codes, *, solid: tuple[bool, bool]) -> list[Row]:
    """The equal runs (a, b, length) of two stretches, in order.

    `solid` says whether what precedes them and what follows them is known to be the same place in both texts.
    """
    head = _common_length(a, b, solid[0])
    tail = _common_length(a[head:][::-1], b[head:][::-1], solid[1])
    middle = slice(head, len(a) - tail), slice(head, len(b) - tail)
    rows = [(0, 0, head)] if head else []
    sides = solid[0] or head > 0, solid[1] or tail > 0
    rows += [(head + x, head + y, length) for x, y, length in _differing(a[middle[0]], b[middle[1]], sides)]
    return [*rows, (len(a) - tail, len(b) - tail, tail)] if tail else rows


def _differing(a: Codes, b: Codes, solid: tuple[bool, bool]) -> list[Row]:
    if not len(a) or not len(b):
        return []
    cells = len(a) * len(b)
    if cells > _CELLS:
        for letters in _ANCHORS:
            anchors = in_order(unique_runs(a, b, letters), None)
            if len(anchors.a):
                return list(_around(a, b, anchors, solid))
    if cells > _MAX_CELLS:
        return list(_window_by_window(a, b))
    return credible(_edits(a, b), solid)


def _around(a: Codes, b: Codes, anchors: Runs, solid: tuple[bool, bool]) -> Iterator[Row]:
    """The anchors, and what is equal before, between and after them."""
    rows = list(zip(*(column.tolist() for column in anchors), strict=True))
    at_a = at_b = 0
    for number, (next_a, next_b, length) in enumerate([*rows, (len(a), len(b), 0)]):
        sides = number > 0 or solid[0], number < len(rows) or solid[1]
        for x, y, found in rows_between(a[at_a:next_a], b[at_b:next_b], solid=sides):
            yield at_a + x, at_b + y, found
        if length:
            yield next_a, next_b, length
        at_a, at_b = next_a + length, next_b + length


def _window_by_window(a: Codes, b: Codes) -> Iterator[Row]:
    """What is equal in stretches that are compared one after another; of each, all but its end counts."""
    at_a = at_b = 0
    while at_a < len(a) and at_b < len(b):
        rows = credible(_edits(a[at_a : at_a + _WINDOW], b[at_b : at_b + _WINDOW]), (True, False))
        is_last = max(len(a) - at_a, len(b) - at_b) <= _WINDOW
        limit = _WINDOW if is_last else _WINDOW * 3 // 4
        rows = [(x, y, min(length, limit - max(x, y))) for x, y, length in rows if max(x, y) < limit]
        for x, y, length in rows:
            yield at_a + x, at_b + y, length
        x, y, length = rows[-1] if rows else (_WINDOW // 2, _WINDOW // 2, 0)
        at_a, at_b = (at_a + _WINDOW, at_b + _WINDOW) if is_last else (at_a + x + length, at_b + y + length)


def _edits(a: Codes, b: Codes) -> list[Edit]:
    from rapidfuzz.distance import Levenshtein

    return [
        Edit(
            op.tag == "equal", op.src_start, op.dest_start, max(op.src_end - op.src_start, op.dest_end - op.dest_start)
        )
        for op in Levenshtein.opcodes(as_string(a), as_string(b))
    ]


def _common_length(a: Codes, b: Codes, is_solid: bool) -> int:
    """How many letters two stretches begin with alike; 0 if that is so few that it may be chance."""
    length = min(len(a), len(b))
    differing = np.flatnonzero(a[:length] != b[:length])
    common = int(differing[0]) if len(differing) else length
    return common if is_solid or common >= min(length, _MIN_COMMON) else 0
