"""Bounds the path of headings that is indexed with a chunk; exported programs carry this module."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence


def bounded_path(
    text: str, path: Sequence[tuple[int, int]], max_tokens: int, count: Callable[[int, int], int]
) -> list[tuple[int, int]]:
    """The innermost headings that fit together; of the innermost one, its beginning if it does not fit alone.

    `path` has the spans of headings from the outermost in; `count` counts the tokens of a span of the text.
    """
    kept: list[tuple[int, int]] = []
    left = max_tokens
    for start, end in reversed(path):
        tokens = count(start, end)
        if tokens > left:
            return kept or beginning_of(text, start, end, max_tokens, count)
        kept.insert(0, (start, end))
        left -= tokens
    return kept


def beginning_of(
    text: str, start: int, end: int, max_tokens: int, count: Callable[[int, int], int]
) -> list[tuple[int, int]]:
    """As many whole words of a span as fit, as one span; none if the first does not fit."""
    ends = [start + word.end() for word in re.finditer(r"\S+", text[start:end])]
    fitting = bisect_right(ends, max_tokens, key=lambda word_end: count(start, word_end))
    return [(start, ends[fitting - 1])] if fitting else []
