"""Cuts a stretch of text that is too long into equal parts, at ends of clauses if possible."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

BLANKS = re.compile(r"\s+")
CLAUSE_ENDS = re.compile(r"[,;:|.?!]\s+")


def equal_parts(
    text: str, start: int, end: int, max_tokens: int, count: Callable[[int, int], int]
) -> Iterator[tuple[int, int]]:
    """The stretch as a whole if it has at most `max_tokens`, or else its parts, which have about the same size.

    `count` counts the tokens from start to end.
    """
    tokens = count(start, end)
    if tokens <= max_tokens or end - start < 2:
        yield start, end
        return
    cuts = equal_cuts(text, start, end, tokens, -(-tokens // max_tokens), count)
    for first, last in pairwise([start, *cuts, end]):
        yield from equal_parts(text, first, last, max_tokens, count)


def equal_cuts(text: str, start: int, end: int, tokens: int, parts: int, count: Callable[[int, int], int]) -> list[int]:
    """Where to cut a stretch into so many parts, ascending; at least one cut."""
    part_tokens = tokens / parts
    clauses, blanks = (ends_inside(pattern, text, start, end) for pattern in (CLAUSE_ENDS, BLANKS))

    def before(place: int) -> int:
        return count(start, place)

    cuts: set[int | None] = set()
    for number in range(1, parts):
        wanted = number * part_tokens
        clause = nearest(clauses, wanted, before)
        is_near = clause is not None and abs(before(clause) - wanted) <= part_tokens / 2
        cuts.add(clause if is_near else nearest(blanks, wanted, before))
    # Chinese text and very long words have no blanks: a cut inside a word is better than a part over the size.
    return sorted(cut for cut in cuts if cut is not None) or even_places(start, end, parts)


def ends_inside(pattern: re.Pattern[str], text: str, start: int, end: int) -> list[int]:
    """The positions after each match inside the stretch."""
    return [place for match in pattern.finditer(text, start, end) if (place := match.end()) < end]


def nearest(places: Sequence[int], wanted: float, before: Callable[[int], int]) -> int | None:
    """The place with about `wanted` tokens before it, the first of two that are equally near; None without places."""
    at = bisect_left(places, wanted, key=before)
    return min(places[max(at - 1, 0) : at + 1], key=lambda place: abs(before(place) - wanted), default=None)


def even_places(start: int, end: int, parts: int) -> list[int]:
    """Positions at equal distances inside the stretch."""
    width = end - start
    return sorted({start + max(width * number // parts, 1) for number in range(1, max(parts, 2))} - {end})
