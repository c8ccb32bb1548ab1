"""Cuts a stretch of text that is too long into equal parts, at ends of clauses if possible."""

from __future__ import annotations

import re
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
    clauses, blanks = (measured(pattern, text, start, end, count) for pattern in (CLAUSE_ENDS, BLANKS))
    cuts = set()
    for number in range(1, parts):
        wanted = number * part_tokens
        near = [place for place in clauses if abs(place[1] - wanted) <= part_tokens / 2] or blanks
        if near:
            cuts.add(min(near, key=lambda place: abs(place[1] - wanted))[0])
    # Chinese text and very long words have no blanks: a cut inside a word is better than a part over the size.
    return sorted(cuts) or even_places(start, end, parts)


def measured(
    pattern: re.Pattern[str], text: str, start: int, end: int, count: Callable[[int, int], int]
) -> Sequence[tuple[int, int]]:
    """The positions after each match inside the stretch, and the tokens before them."""
    ends = (match.end() for match in pattern.finditer(text, start, end))
    return [(place, count(start, place)) for place in ends if place < end]


def even_places(start: int, end: int, parts: int) -> list[int]:
    """Positions at equal distances inside the stretch."""
    width = end - start
    return sorted({start + max(width * number // parts, 1) for number in range(1, max(parts, 2))} - {end})
