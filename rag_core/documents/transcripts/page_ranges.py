"""Numbers of pages as people write them: "1-3, 7"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

# What a field of ranges allows, as a JSON schema says it.
PAGE_RANGES = r"^(?:[0-9]{1,6}(?:-[0-9]{1,6})?(?:, [0-9]{1,6}(?:-[0-9]{1,6})?)*)?$"
_RANGE = re.compile(r"(\d{1,6})(?:\s*[-\u2013]\s*(\d{1,6}))?")


def check_ranges(ranges: str) -> str:
    """The ranges as they are; raises ValueError where they are none."""
    if ranges.strip() and not all(_RANGE.fullmatch(part.strip()) for part in ranges.split(",")):
        raise ValueError("write pages as numbers and ranges, such as 1-3, 7")
    return ranges


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
