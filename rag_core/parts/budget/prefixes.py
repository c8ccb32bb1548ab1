"""Finds how much of a ranking a budget takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


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
