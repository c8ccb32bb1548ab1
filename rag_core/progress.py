"""What is being done, how far it is, and how long it will still take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """One report: `done` of `total` units; `remaining_ms` is None while there is nothing to estimate from."""

    stage: str
    done: float
    total: float
    remaining_ms: float | None = None

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


Report = Callable[[Progress], None]


def ignore(progress: Progress) -> None:
    """The report of those who do not watch."""


class Meter:
    """Counts units of one stage and estimates the rest from the rate so far."""

    def __init__(self, stage: str, total: float, report: Report) -> None:
        self._stage, self._total, self._report = stage, total, report
        self._done = 0.0
        self._started = time.perf_counter()
        report(Progress(stage, 0, total))

    def add(self, units: float) -> None:
        """So many units more are done."""
        self._done += units
        elapsed_ms = 1000 * (time.perf_counter() - self._started)
        remaining_ms = elapsed_ms * (self._total - self._done) / self._done if self._done else None
        self._report(Progress(self._stage, self._done, self._total, remaining_ms))
