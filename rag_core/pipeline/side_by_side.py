"""Runs steps that mostly wait for servers in threads, while the caller's thread shows progress."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from rag_core import interrupts
from rag_core.progress import Progress, Report

T = TypeVar("T")


class _AbandonedError(Exception):
    """Nobody wants the result of a step any more."""


class Relay:
    """A report that any thread may call: `forward` passes on the latest one, in the thread that made the relay."""

    def __init__(self, report: Report) -> None:
        self._report, self._owner = report, threading.get_ident()
        self._latest: Progress | None = None

    def __call__(self, progress: Progress) -> None:
        """Report at once in the owner's thread; note it in others."""
        if threading.get_ident() == self._owner:
            self._report(progress)
        else:
            self._latest = progress

    def forward(self) -> None:
        """Report the latest progress that other threads have noted."""
        if self._latest is not None:
            self._report(self._latest)


def side_by_side(
    steps: Sequence[Callable[[], T]], poll: Callable[[], None], max_threads: int
) -> Iterator[tuple[int, T]]:
    """Yield the position and the result of each step when it ends; raises what a step raises.

    `poll` is called in the caller's thread several times a second. If it raises, if a step does, or if the iterator is
    closed, the other steps end where they next call `interrupts.check`.
    """
    ended: queue.SimpleQueue[tuple[int, Any, BaseException | None]] = queue.SimpleQueue()
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    abandoned = threading.Event()
    for position in range(len(steps)):
        waiting.put(position)
    for _ in range(min(len(steps), max_threads)):
        threading.Thread(target=_work, args=(steps, waiting, ended, abandoned), daemon=True).start()
    try:
        for _ in steps:
            position, result, error = _next(ended, poll)
            if error is not None:
                raise error
            yield position, result
    finally:
        abandoned.set()


def _work(
    steps: Sequence[Callable[[], Any]],
    waiting: queue.SimpleQueue[int],
    ended: queue.SimpleQueue[tuple[int, Any, BaseException | None]],
    abandoned: threading.Event,
) -> None:
    def check() -> None:
        if abandoned.is_set():
            raise _AbandonedError

    interrupts.set_check(check)
    while not abandoned.is_set():
        try:
            position = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            ended.put((position, steps[position](), None))
        except BaseException as error:
            ended.put((position, None, error))


def _next(
    ended: queue.SimpleQueue[tuple[int, Any, BaseException | None]], poll: Callable[[], None]
) -> tuple[int, Any, BaseException | None]:
    while True:
        try:
            return ended.get(timeout=interrupts.POLL_S)
        except queue.Empty:
            poll()
            interrupts.check()
