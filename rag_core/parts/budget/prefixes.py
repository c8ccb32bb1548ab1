"""Finds how much of a ranking a budget takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
C = TypeVar("C")


def shortest_prefix(ranking: Sequence[T], enough: Callable[[Sequence[T]], bool]) -> Sequence[T]:
    """The shortest prefix of the ranking for which `enough` is true, or the whole ranking if there is none.

    `enough` must be monotonic: true for every longer prefix too. The prefix is found by doubling and bisection, since
    the cost of each call grows with the length of the prefix.
    """
    low, high = 0, 1
    while high < len(ranking) and not enough(ranking[:high]):
        low, high = high, 2 * high
    high = min(high, len(ranking))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(ranking[:middle]) else (middle, high)
    return ranking[:high]


def first_candidates(ranking: Sequence[T], resolve: Callable[[Sequence[T]], Sequence[C]], wanted: int) -> Sequence[C]:
    """The first candidates of the shortest prefix that resolves to as many as wanted, or else of one with the most.

    Where neighbours join, a longer prefix can resolve to fewer candidates, so that prefixes are tried one by one; of
    longer ones, each that is a tenth longer than the one before.
    """
    best: Sequence[C] = ()
    length = 1
    while length <= len(ranking) and len(best) < wanted:
        best = max(best, resolve(ranking[:length]), key=len)
        length += max(length // 10, 1)
    return best[:wanted]
