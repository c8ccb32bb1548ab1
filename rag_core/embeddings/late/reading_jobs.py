"""The passes that are running, and who wants each: sessions that hold its document, and threads that wait for it."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable
from functools import partial

from rag_core.embeddings.late.reading_job import ReadingJob, Work
from rag_core.embeddings.late.token_vectors import TokenVectors
from rag_core.progress import Report


class ReadingJobs:
    """At most one job per key; a job without holder and waiter is cancelled. Safe for several threads.

    A key names one document as it is read. Holders are any hashable values; a holder keeps its interest in a key after
    the job has ended, so that a job that failed is started again by those who wait for it, not by every `hold`.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[Hashable, ReadingJob] = {}
        self._held: dict[Hashable, set[Hashable]] = {}

    def hold(self, key: Hashable, work: Work, holder: Hashable) -> None:
        """Start the job on the holder's behalf, unless the holder has the key already; returns at once."""
        with self._lock:
            held = self._held.setdefault(holder, set())
            if key not in held:
                held.add(key)
                self._job(key, work)

    def release(self, holder: Hashable, keep: Iterable[Hashable] = ()) -> None:
        """Drop the holder's interest in all keys but those in `keep`; jobs end at their next report."""
        with self._lock:
            held = self._held.pop(holder, set()) & set(keep)
            if held:
                self._held[holder] = held

    def wait(self, key: Hashable, work: Work, report: Report) -> TokenVectors:
        """The result of the job of that key, started if need be. Raises what it raises, and what `report` raises."""
        with self._lock:
            job = self._job(key, work)
            job.waiters += 1
        try:
            return job.wait(report)
        finally:
            with self._lock:
                job.waiters -= 1

    def _job(self, key: Hashable, work: Work) -> ReadingJob:
        """The running job of that key, or a new one. The caller has the lock."""
        if key not in self._jobs:
            job = ReadingJob(
                work, cancel_if_unwanted=partial(self._cancel_if_unwanted, key), ended=partial(self._forget, key)
            )
            job.start()  # it needs the lock to end, so it cannot end before it is in the dictionary
            self._jobs[key] = job
        return self._jobs[key]

    def _cancel_if_unwanted(self, key: Hashable, job: ReadingJob) -> bool:
        """Whether nobody wants the job; it is forgotten in the same step, so that nobody joins it any more."""
        with self._lock:
            if job.waiters or any(key in held for held in self._held.values()):
                return False
            del self._jobs[key]
            return True

    def _forget(self, key: Hashable, job: ReadingJob) -> None:
        with self._lock:
            # A cancelled job has left already, and its key may have a new one.
            if self._jobs.get(key) is job:
                del self._jobs[key]
