"""Joins chunks that are too small with their neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def join_small(
    spans: Sequence[tuple[int, int]], min_tokens: int, max_tokens: int, count: Callable[[int, int], int]
) -> list[tuple[int, int]]:
    """The ascending spans; one of fewer than `min_tokens` is joined to the next, or else to the previous.

    Spans are joined only if both together have at most `max_tokens`. `count` counts the tokens from start to end.
    """
    forward = _joined_to_next(spans, min_tokens, max_tokens, count)
    mirrored = [(-end, -start) for start, end in reversed(forward)]
    joined = _joined_to_next(mirrored, min_tokens, max_tokens, lambda start, end: count(-end, -start))
    return [(-end, -start) for start, end in reversed(joined)]


def _joined_to_next(
    spans: Sequence[tuple[int, int]], min_tokens: int, max_tokens: int, count: Callable[[int, int], int]
) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and count(*joined[-1]) < min_tokens and count(joined[-1][0], end) <= max_tokens:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
