"""Numbers of pages as people write them: "1-3, 7"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

PATTERN = r"^\s*(?:\d{1,6}(?:\s*[-\u2013]\s*\d{1,6})?(?:\s*,\s*\d{1,6}(?:\s*[-\u2013]\s*\d{1,6})?)*)?\s*$"
_RANGE = re.compile(r"(\d+)(?:\s*[-\u2013]\s*(\d+))?")


def chosen_pages(ranges: str, count: int) -> tuple[int, ...]:
    """The pages from 1 to `count` that are in the ranges, ascending; all of them where there are no ranges."""
    if not ranges.strip():
        return tuple(range(1, count + 1))
    found: set[int] = set()
    for match in _RANGE.finditer(ranges):
        first, last = int(match[1]), int(match[2] or match[1])
        found.update(range(max(first, 1), min(last, count) + 1))
    return tuple(sorted(found))


def listed(numbers: Iterable[int]) -> str:
    """Ascending numbers as ranges: "1–3, 7"."""  # noqa: RUF002
    runs: list[Sequence[int]] = [
        [number for _, number in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])
    ]
    return ", ".join(f"{run[0]:,}" if len(run) == 1 else f"{run[0]:,}\u2013{run[-1]:,}" for run in runs)
