"""How far the reading of a document is: its reader says so after each page, and whoever waits for it is told.

Both are set for a thread, like the check of `interrupts`, so that neither readers nor parsers have to pass them on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, get_args

from rag_core.progress import Progress, Report, ignore

Step = Literal["read", "lines", "join"]
STEPS: tuple[Step, ...] = get_args(Step)
PagesDone = Callable[[Step, int, int], None]
_STAGES: dict[Step, str] = {"read": "Reading {}", "lines": "Finding lines of {}", "join": "Joining lines of {}"}


def _nobody(step: Step, done: int, total: int) -> None:
    """Nobody wants to know."""


_told: ContextVar[PagesDone] = ContextVar("told", default=_nobody)
_report: ContextVar[Report] = ContextVar("report", default=ignore)


def pages_done(step: Step, done: int, total: int) -> None:
    """For readers, after each page: how many of all pages a step has done."""
    _told.get()(step, done, total)


@contextmanager
def telling(told: PagesDone) -> Iterator[None]:
    """`told` is called with what readers in this thread say of their pages."""
    token = _told.set(told)
    try:
        yield
    finally:
        _told.reset(token)


@contextmanager
def reporting(report: Report) -> Iterator[None]:
    """`report` is called with the progress of documents that this thread waits for."""
    token = _report.set(report)
    try:
        yield
    finally:
        _report.reset(token)


def reported_as(name: str) -> PagesDone:
    """What is called with the pages of the document of a name, to report them where this thread reports."""
    report, began_s = _report.get(), dict[Step, float]()

    def told(step: Step, done: int, total: int) -> None:
        first_s = began_s.setdefault(step, time.monotonic())
        elapsed_ms = 1000 * (time.monotonic() - first_s)
        left_ms = elapsed_ms * (total - done) / done if done else None
        report(Progress(f"{_STAGES[step].format(name)}, page {done:,} of {total:,}", done, total, left_ms))

    return told
