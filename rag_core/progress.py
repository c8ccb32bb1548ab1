"""Progress reports: the current stage, how much of it is done, and the estimated time remaining."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """One report: `done` of `total` units of a stage; `remaining_ms` is None as long as there is no estimate."""

    stage: str
    done: float
    total: float
    remaining_ms: float | None = None

    @property
    def share(self) -> float:
        """The completed share of the stage, from 0 to 1; 0 if there is nothing to do."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


Report = Callable[[Progress], None]


def ignore(progress: Progress) -> None:
    """A Report that does nothing, for callers that do not show progress."""


class Meter:
    """Counts the units done in one stage, and estimates the time remaining from the average rate so far."""

    def __init__(self, stage: str, total: float, report: Report) -> None:
        self._stage, self._total, self._report = stage, total, report
        self._done = 0.0
        self._started = time.perf_counter()
        report(Progress(stage, 0, total))

    def add(self, units: float) -> None:
        """Add `units` to those done, and report the progress."""
        self._done += units
        elapsed_ms = 1000 * (time.perf_counter() - self._started)
        remaining_ms = elapsed_ms * (self._total - self._done) / self._done if self._done else None
        self._report(Progress(self._stage, self._done, self._total, remaining_ms))
