"""Runs of letters that occur once in either text: they show where its blocks are in the other one, moved or not."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.text.aligning.letters import Codes, Ints

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(29)


class Runs(NamedTuple):
    """Equal runs of letters of two texts, in arrays: where each begins in `a` and in `b`, and its length."""

    a: Ints
    b: Ints
    lengths: Ints

    def taken(self, which: Ints | NDArray[np.bool_]) -> Runs:
        """The runs with these positions, in their order."""
        return Runs(self.a[which], self.b[which], self.lengths[which])

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int]]) -> Runs:
        """The runs of rows (a, b, length)."""
        return cls(*np.array(rows, np.int64).reshape(-1, 3).T)


def unique_runs(a: Codes, b: Codes, letters: int) -> Runs:
    """The runs of at least so many letters that are made of stretches occurring once in `a` and once in `b`.

    They are in the order of `a`, and no letter of either text is in two of them.
    """
    if min(len(a), len(b)) < letters:
        return Runs.of([])
    in_a, in_b = _common(_once(_hashes(a, letters)), _once(_hashes(b, letters)))
    same = np.ones(len(in_a), np.bool_)
    for step in range(letters):  # equal hashes are no proof
        same &= a[in_a + step] == b[in_b + step]
    in_a, in_b = in_a[same], in_b[same]
    firsts = np.flatnonzero(np.concatenate(([True], (np.diff(in_a) != 1) | (np.diff(in_b) != 1))))[: len(in_a)]
    counts = np.diff(np.append(firsts, len(in_a)))
    runs = Runs(in_a[firsts], in_b[firsts], counts + letters - 1)
    return _disjoint(runs)


def blocks_of(runs: Runs) -> list[slice]:
    """The runs, which are in the order of `a`, in groups that follow each other in `b` too."""
    ranks = np.argsort(np.argsort(runs.b, kind="stable"), kind="stable")
    firsts = np.flatnonzero(np.concatenate(([True], np.diff(ranks) != 1)))[: len(ranks)]
    return [slice(first, end) for first, end in zip(firsts, np.append(firsts, len(ranks))[1:], strict=True)]


def in_order(runs: Runs, min_moved: int | None) -> Runs:
    """The runs that have the same order in both texts, as many letters as possible, and the moved blocks.

    Blocks with fewer than `min_moved` letters are taken for chance unless they are in order; with None, all moved ones.
    """
    blocks = blocks_of(runs)
    weights = [int(runs.lengths[block].sum()) for block in blocks]
    chain = _heaviest_ascending([int(runs.b[block.start]) for block in blocks], weights)
    kept = [
        block
        for position, block in enumerate(blocks)
        if position in chain or (min_moved is not None and weights[position] >= min_moved)
    ]
    return runs.taken(np.concatenate([np.arange(block.start, block.stop) for block in kept] or [np.arange(0)]))


def _heaviest_ascending(values: Sequence[int], weights: Sequence[int]) -> set[int]:
    """The positions of the ascending subsequence with the largest sum of weights; the values are distinct."""
    ordered = sorted(values)
    best: list[tuple[int, int]] = [(0, -1)] * (len(values) + 1)  # a Fenwick tree of (sum, last position)
    before = [-1] * len(values)
    last = (0, -1)
    for position, (value, weight) in enumerate(zip(values, weights, strict=True)):
        rank = bisect_left(ordered, value)
        found, at = (0, -1), rank
        while at > 0:
            found = max(found, best[at])
            at -= at & -at
        before[position] = found[1]
        mine = (found[0] + weight, position)
        last, at = max(last, mine), rank + 1
        while at < len(best):
            best[at] = max(best[at], mine)
            at += at & -at
    chain, position = set(), last[1]
    while position >= 0:
        chain.add(position)
        position = before[position]
    return chain


def _hashes(codes: Codes, letters: int) -> NDArray[np.uint64]:
    """A hash of the so many letters that begin at each position."""
    one = codes.astype(np.uint64) * _PRIME
    found, length = _mixed(one), 1
    for bit in bin(letters)[3:]:
        found = _mixed(found[:-length] * _PRIME + found[length:])
        length *= 2
        if bit == "1":
            found = _mixed(found[:-1] * _PRIME + one[length:])
            length += 1
    return found


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return (hashes ^ (hashes >> _MIX)) * _PRIME


def _once(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], Ints]:
    """The hashes that occur once, ascending, with their positions."""
    values, places, counts = np.unique(hashes, return_index=True, return_counts=True)
    return values[counts == 1], places[counts == 1]


def _common(one: tuple[NDArray[np.uint64], Ints], other: tuple[NDArray[np.uint64], Ints]) -> tuple[Ints, Ints]:
    _, in_one, in_other = np.intersect1d(one[0], other[0], assume_unique=True, return_indices=True)
    a, b = one[1][in_one], other[1][in_other]
    order = np.argsort(a)
    return a[order], b[order]


def _disjoint(runs: Runs) -> Runs:
    """The runs without what an earlier one has of either text."""
    by_b = np.argsort(runs.b, kind="stable")
    for order, starts in ((np.arange(len(runs.a)), runs.a), (by_b, runs.b)):
        ends = np.maximum.accumulate((starts + runs.lengths)[order])
        cut = np.zeros(len(order), np.int64)
        cut[order[1:]] = np.maximum(ends[:-1] - starts[order[1:]], 0)
        runs = Runs(runs.a + cut, runs.b + cut, np.maximum(runs.lengths - cut, 0))
    return runs.taken(runs.lengths > 0)
