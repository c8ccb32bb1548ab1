"""Finds which letters of two texts are the same: anchors first, then what lies between them, then what is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag_core.text.aligning.anchors import Runs, in_order, unique_runs
from rag_core.text.aligning.gaps import Row, rows_between
from rag_core.text.aligning.letters import Codes, Ints

_ANCHOR = 24  # letters of an anchor: about five words
_MIN_MOVED = 32  # letters that a block must have to count as moved
_LEFT_ANCHOR = 12  # ... among what nothing else was found for
_MIN_LEFT = 20
_NEAR_EDGE = 64  # letters: texts that differ no longer than this at their beginning or end begin or end alike


def matched(a: Codes, b: Codes) -> tuple[Ints, Ints]:
    """The positions of equal letters in `a`, ascending, and their positions in `b`; each letter is in one pair."""
    anchors = in_order(unique_runs(a, b, _ANCHOR), _MIN_MOVED)
    matching = _Matching(a, b)
    matching.take(anchors)
    matching.fill(anchors)
    left = matching.left()
    if len(left.a):
        matching.take(left)
        matching.fill(matching.runs())
    found = np.flatnonzero(matching.b_of >= 0)
    return found, matching.b_of[found]


class _Matching:
    """For each letter of `a` its place in `b` so far, -1 for none; `is_taken` says which letters of `b` have one."""

    def __init__(self, a: Codes, b: Codes) -> None:
        self.a, self.b = a, b
        self.b_of = np.full(len(a), -1, np.int64)
        self.is_taken = np.zeros(len(b), np.bool_)

    def take(self, runs: Runs) -> None:
        """Note equal runs."""
        for at_a, at_b, length in _rows(runs):
            self._note(np.arange(at_a, at_a + length), np.arange(at_b, at_b + length))

    def fill(self, anchors: Runs) -> None:
        """Compare what lies between neighbouring anchors.

        Where a block moved, what follows an anchor in `a` may be what follows it in `b`, or what precedes the next
        anchor in `b`: the rest of one block, then the beginning of the next.
        """
        follows, precedes = self._neighbours(anchors)
        ends_a = [0, *(anchors.a + anchors.lengths).tolist()]
        for number, (start, end) in enumerate(zip(ends_a, [*anchors.a.tolist(), len(self.a)], strict=True)):
            if start == end:
                continue
            after, before = follows[number], precedes[number]
            places = [np.arange(*after)] if after == before else [np.arange(*after), np.arange(*before)]
            is_near_edge = max(end - start, after[1] - after[0]) <= _NEAR_EDGE
            left, right = (is_near_edge or number > 0), (is_near_edge or number < len(anchors.a))
            solid = (left, right) if after == before else (False, False)
            self._compare(np.arange(start, end), np.concatenate(places), solid)

    def left(self) -> Runs:
        """Moved blocks among the letters that have no place yet."""
        places_a, places_b = _stretches(self.b_of < 0), _stretches(~self.is_taken)
        # What separates the stretches of one text is no letter, and nothing in the other text.
        codes_a = np.where(places_a < 0, places_a.astype(np.uint32), self.a[places_a])
        codes_b = np.where(places_b < 0, (places_b - len(self.a)).astype(np.uint32), self.b[places_b])
        runs = unique_runs(codes_a, codes_b, _LEFT_ANCHOR)
        runs = in_order(runs.taken(runs.lengths >= _MIN_LEFT), 0)
        return Runs(places_a[runs.a], places_b[runs.b], runs.lengths)

    def runs(self) -> Runs:
        """What was found so far, as runs of letters that follow each other in both texts."""
        in_a = np.flatnonzero(self.b_of >= 0)
        in_b = self.b_of[in_a]
        firsts = np.flatnonzero(np.concatenate(([True], (np.diff(in_a) != 1) | (np.diff(in_b) != 1))))
        return Runs(in_a[firsts], in_b[firsts], np.diff(np.append(firsts, len(in_a))))

    def _neighbours(self, anchors: Runs) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """For each gap of `a`, the range of `b` after the anchor before it, and that before the anchor after it."""
        order = np.argsort(anchors.b)
        starts, ends = anchors.b[order].tolist(), (anchors.b + anchors.lengths)[order].tolist()
        gaps = list(zip([0, *ends], [*starts, len(self.b)], strict=True))
        rank = np.argsort(order).tolist()
        return [gaps[0], *(gaps[i + 1] for i in rank)], [*(gaps[i] for i in rank), gaps[-1]]

    def _compare(self, in_a: Ints, in_b: Ints, solid: tuple[bool, bool]) -> None:
        in_a, in_b = in_a[self.b_of[in_a] < 0], in_b[~self.is_taken[in_b]]
        if len(in_a) and len(in_b):
            rows = rows_between(self.a[in_a], self.b[in_b], solid=solid)
            for at_a, at_b, length in rows:
                self._note(in_a[at_a : at_a + length], in_b[at_b : at_b + length])

    def _note(self, in_a: Ints, in_b: Ints) -> None:
        self.b_of[in_a] = in_b
        self.is_taken[in_b] = True


def _rows(runs: Runs) -> list[Row]:
    return list(zip(*(column.tolist() for column in runs), strict=True))


def _stretches(is_wanted: NDArray[np.bool_]) -> Ints:
    """The positions of the wanted letters, with a negative number, each time another one, where some are skipped."""
    places = np.flatnonzero(is_wanted)
    breaks = np.flatnonzero(np.diff(places) != 1) + 1
    return np.insert(places, breaks, -1 - np.arange(len(breaks)))
