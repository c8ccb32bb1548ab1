"""Jobs in the background that sessions share: one job per key, which goes on as long as somebody holds it."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

from rag_core.errors import UserError

_log = logging.getLogger(__name__)
_MAX_JOBS = 50


class Job(Protocol):
    """Work in threads of its own, which can be stopped and does not lose what is done."""

    @property
    def ended(self) -> bool:
        """Whether it is done, stopped or failed."""

    @property
    def is_running(self) -> bool:
        """Whether it goes on: neither ended nor paused."""

    def stop(self) -> None:
        """Have it end soon."""


J = TypeVar("J", bound=Job)


class HeldJobs(Generic[J]):
    """The jobs of the process by key, and who holds each of them. Safe for several threads."""

    def __init__(self) -> None:
        self._jobs: dict[str, J] = {}
        self._holders: defaultdict[str, set[Hashable]] = defaultdict(set)
        self._left: set[str] = set()  # keys of jobs that were stopped because nobody waited for them any more
        self._lock = threading.Lock()

    def get(self, key: str) -> J | None:
        """The job that goes on, else the last one that ended; None if there was none."""
        return self._jobs.get(key)

    def start(self, key: str, started: Callable[[], J]) -> J:
        """The job with this key that goes on, else a new one."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.ended:
                job = self._jobs[key] = started()
                self._forget_old()
            return job

    def hold(self, key: str, holder: Hashable, started: Callable[[], J]) -> None:
        """Have the job go on until the holder releases it; begins again what was left.

        Returns at once: to see what is missing takes time, and is done in a thread.
        """
        with self._lock:
            self._holders[key].add(holder)
            was_left = key in self._left
            self._left.discard(key)
        if was_left:
            threading.Thread(target=self._begin_again, args=(key, started), name="begin-again", daemon=True).start()

    def release(self, key: str, holder: Hashable) -> None:
        """Stop the job, unless another holder waits for it, or it is paused."""
        with self._lock:
            self._holders[key].discard(holder)
            self._stop_if_left(key)

    def _begin_again(self, key: str, started: Callable[[], J]) -> None:
        try:
            self.start(key, started)
        except UserError:  # such as a document that cannot be read any more: the page says so when it is drawn
            _log.info("Work that was left is not continued", exc_info=True)
        with self._lock:
            self._stop_if_left(key)  # everybody may have left meanwhile

    def _stop_if_left(self, key: str) -> None:
        """Stop the job if nobody holds it, and note that it was left. The caller has the lock."""
        if self._holders[key]:
            return
        del self._holders[key]
        job = self._jobs.get(key)
        if job is not None and job.is_running:
            job.stop()
            self._left.add(key)

    def _forget_old(self) -> None:
        ended = [key for key, job in self._jobs.items() if job.ended]
        for key in ended[: max(len(self._jobs) - _MAX_JOBS, 0)]:
            del self._jobs[key]
