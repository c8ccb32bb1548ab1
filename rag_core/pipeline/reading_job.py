"""A background job that reads pages one by one: each result is stored when it is there, so that stopping loses none."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from functools import partial
from typing import Literal, NamedTuple
from weakref import WeakValueDictionary

from rag_core import interrupts
from rag_core.documents.page_results import PageResults
from rag_core.documents.page_shares import telling_shares
from rag_core.errors import UserError
from rag_core.parts.parser.offer import PageFunction, ReadingFailed, ReadsPages
from rag_core.pipeline.side_by_side import side_by_side
from rag_core.progress import Progress, Report, ignore
from rag_core.stages.resources import ReadingResources
from rag_core.stages.source import Source

End = Literal["done", "stopped", "failed"]
_MIN_SHARE = 0.3  # of a page, from which on the time that it took says how long others take
_log = logging.getLogger(__name__)


class PageReading(NamedTuple):
    """What a job reads: the pages of a file that are missing in the cache, with a parser."""

    parser: ReadsPages
    source: Source
    resources: ReadingResources

    @property
    def results(self) -> PageResults:
        """The cached results for the file's pages."""
        return self.parser.results(self.source, self.resources)


class PageFailure(NamedTuple):
    """A page that could not be read, and why."""

    page: int
    sentence: str


class _Stopped(BaseException):
    """Raised in the job's threads when it is stopped."""


class _Turn:
    """A lock that can be weakly referenced."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


# Jobs that need the same page take turns, say those of two columns that read different pages of one file.
_turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()


class ReadingJob:
    """A job of the process, for all sessions. Of `total` pages, `done` have ended, those of `failures` included.

    `error` is why the whole job failed. Safe for several threads.
    """

    def __init__(self, reading: PageReading, pages: Sequence[int]) -> None:
        self.total, self.done = len(pages), 0
        self.failures: list[PageFailure] = []
        self.error: str | None = None
        self._reading, self._pages = reading, pages
        self._end: End | None = None
        self._stopping = False
        self._ended = threading.Event()
        self._since_s = time.monotonic()
        self._lock = threading.Lock()
        self._shares: dict[int, float | None] = {}  # of the pages that are being read

    @property
    def state(self) -> Literal["running", End]:
        """Whether it goes on, and how it ended."""
        return self._end or "running"

    @property
    def ended(self) -> bool:
        """Whether the job is done, stopped or failed."""
        return self._end is not None

    @property
    def is_running(self) -> bool:
        """Whether it goes on; there is no pause: a job that is started again continues where it was stopped."""
        return not self.ended

    def start(self) -> None:
        """Start the job and return at once."""
        threading.Thread(target=self._run, name="read-pages", daemon=True).start()

    def stop(self) -> None:
        """End the job at once; pages that are read stay in the cache."""
        self._stopping = True
        self._close("stopped")

    def progress(self) -> Progress:
        """The page that is read, and the remaining time: a guess at first, from the pages that were read before."""
        with self._lock:
            shares = list(self._shares.values())
        if shares and self.done == 0 and None in shares:
            return Progress(f"{self._reading.parser.action}: loading its models", 0, self.total, self._guess_ms())
        done = min(self.done + sum(share or 0.0 for share in shares), self.total)
        elapsed_ms = 1000 * (time.monotonic() - self._since_s)
        left_ms = elapsed_ms * (self.total - done) / done if done > _MIN_SHARE else self._guess_ms()
        stage = f"{self._reading.parser.action}: page {min(self.done + 1, self.total)} of {self.total}"
        return Progress(stage, done, self.total, left_ms)

    def wait(self, report: Report = ignore) -> None:
        """Wait until the job has ended, and stop it if nobody wants it any more; raises UserError if it failed."""
        try:
            while not self._ended.wait(interrupts.POLL_S):
                interrupts.check()
                report(self.progress())
        except BaseException:
            self.stop()
            raise
        if self.error:
            raise UserError(self.error)

    def _guess_ms(self) -> float | None:
        seconds = self._reading.results.seconds_per_page()
        return None if seconds is None else 1000 * seconds * self.total / self._reading.parser.concurrency

    def _run(self) -> None:
        interrupts.set_check(self._check)
        end: End = "failed"
        error: str | None = None
        parser, source, resources = self._reading
        try:
            with parser.page_reader(source, resources.llm) as read:
                self._since_s = time.monotonic()
                steps = [partial(self._step, read, page) for page in self._pages]
                for _ in side_by_side(steps, self._check, parser.concurrency):
                    self.done += 1
            end = "done"
        except _Stopped:
            end = "stopped"
        except UserError as failure:
            error = str(failure)
        except Exception:
            _log.exception("Reading pages failed")
            error = "Reading was stopped by an internal error; see the log. Start it again."
        self._close(end, error)

    def _close(self, end: End, error: str | None = None) -> None:
        with self._lock:
            if self._end is None:
                self._end, self.error = end, error
        self._ended.set()

    def _check(self) -> None:
        if self._stopping:
            raise _Stopped

    def _step(self, read: PageFunction, page: int) -> None:
        """Read one page, unless another job has read it meanwhile."""
        results = self._reading.results
        turn = _turns.setdefault(results.key(page), _Turn())
        while not turn.lock.acquire(timeout=interrupts.POLL_S):
            interrupts.check()
        try:
            if results.get(page) is None:
                began_s = time.monotonic()
                with telling_shares(partial(self._note_share, page)):
                    result = read(page)
                results.put(page, result, time.monotonic() - began_s)
        except ReadingFailed:
            raise
        except UserError as error:
            self.failures.append(PageFailure(page, str(error)))
        finally:
            with self._lock:
                self._shares.pop(page, None)
            turn.lock.release()

    def _note_share(self, page: int, share: float | None) -> None:
        """Note how much of a page is read; the time of loading models is no part of the time of pages."""
        with self._lock:
            if self.done == 0 and share is not None and self._shares.get(page) is None:
                self._since_s = time.monotonic()
            self._shares[page] = share if share is None else max(share, self._shares.get(page) or 0.0)
