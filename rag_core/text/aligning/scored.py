"""Which of the equal letters of two differing stretches are the same place, and which are equal by chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

_SIDE = 6  # what a side that is the same place in both texts counts, in letters
_MIN_SCORE = 8  # letters that an island in differing text must be equal for, beyond those that differ in it


class Edit(NamedTuple):
    """Letters that are equal in both stretches, or that differ: where they begin, and how many in the longer one."""

    equal: bool
    a: int
    b: int
    letters: int


class _Segment(NamedTuple):
    """Edits `[start, end)`, with the sums of all scores before the first of them and up to the last one."""

    start: int
    end: int
    before: int
    total: int


def credible(edits: Sequence[Edit], solid: tuple[bool, bool]) -> list[tuple[int, int, int]]:
    """The equal runs (a, b, length) that are more than chance.

    Those are in stretches where more letters are equal than differ, by a margin: the maximal scoring subsequences of
    the edits (Ruzzo and Tompa). A solid side counts as equal letters, so that what is next to it is kept.
    """
    scores = [_SIDE if solid[0] else 0, *(edit.letters if edit.equal else -edit.letters for edit in edits)]
    scores.append(_SIDE if solid[1] else 0)
    rows = []
    for segment in _maximal(scores):
        at_side = (segment.start == 0 and solid[0]) or (segment.end == len(scores) and solid[1])
        if at_side or segment.total - segment.before >= _MIN_SCORE:
            inside = edits[max(segment.start - 1, 0) : segment.end - 1]
            rows += [(edit.a, edit.b, edit.letters) for edit in inside if edit.equal]
    return rows


def _maximal(scores: Sequence[int]) -> list[_Segment]:
    """All maximal scoring subsequences, in order."""
    found: list[_Segment] = []
    total = 0
    for position, score in enumerate(scores):
        before, total = total, total + score
        if score <= 0:
            continue
        segment = _Segment(position, position + 1, before, total)
        while True:
            earlier = next((i for i in range(len(found) - 1, -1, -1) if found[i].before < segment.before), None)
            if earlier is None or found[earlier].total >= segment.total:
                break
            segment = _Segment(found[earlier].start, segment.end, found[earlier].before, segment.total)
            del found[earlier:]
        found.append(segment)
    return found
