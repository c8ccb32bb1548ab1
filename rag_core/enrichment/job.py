"""A model writing what is missing, in the background: several calls at a time, each result kept when it arrives."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal, NamedTuple
from weakref import WeakValueDictionary

from rag_core.enrichment.adaptive_concurrency import AdaptiveConcurrency
from rag_core.enrichment.chunk_texts import Call
from rag_core.enrichment.estimate import CONCURRENCY, max_prompt_tokens, record_duration
from rag_core.enrichment.prompts import as_utf8
from rag_core.enrichment.records import MAX_CHARACTERS, Records, Written
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel, LlmError, Usage
from rag_core.llms.loop import submit
from rag_core.llms.retrying import with_retries
from rag_core.progress import Progress, Report, ignore

End = Literal["done", "stopped", "failed"]
_LOOK_S = 0.1
_MOST_LOST_IN_A_ROW = 3 * CONCURRENCY  # each after several tries: the server is gone
_log = logging.getLogger(__name__)
# Two jobs that want the same text, a summary for strategies with other numbers of questions, say, take turns.
_turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


class Failure(NamedTuple):
    """A call that failed for good: the chunk's number in its document, its pages, why, and what was to be written."""

    chunk: int
    pages: list[int]
    sentence: str
    what: str
    document: str


class WritingJob:
    """Lives in the process, whoever watches. Of `total` calls `done` have ended, those of `failures` among them.

    `error` is why the job as a whole failed. Safe for several threads.
    """

    def __init__(self, calls: Sequence[Call], llm: ChatModel, records: Records) -> None:
        self.total, self.done = len(calls), 0
        self.failures: list[Failure] = []
        self.error: str | None = None
        self._calls, self._llm, self._records = calls, llm, records
        self._end: End | None = None
        self._ended = threading.Event()
        self._paused = False
        self._worked_s, self._since_s = 0.0, time.monotonic()
        self._lanes = AdaptiveConcurrency(CONCURRENCY)
        self._lost_in_a_row = 0
        self._waits_until_s = 0.0

    @property
    def state(self) -> Literal["running", "paused", End]:
        """A paused job ends the calls that are going on, and begins no others."""
        return self._end or ("paused" if self._paused else "running")

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self._ended.is_set()

    @property
    def waiting_s(self) -> float:
        """How long calls still wait before they are made again, since the server was busy; 0 where none does."""
        return 0.0 if self.ended else max(self._waits_until_s - time.monotonic(), 0.0)

    def start(self) -> None:
        """Begin; returns at once."""
        self._future = submit(self._run())

    def pause(self) -> None:
        """Begin no other calls until it is resumed."""
        self._worked_s, self._paused = self._work_s(), True

    def resume(self) -> None:
        """Go on after a pause."""
        if self._paused:
            self._since_s, self._paused = time.monotonic(), False

    def stop(self) -> None:
        """End at once, also the calls that are going on. What is written stays."""
        self._close("stopped")
        self._future.cancel()

    def progress(self) -> Progress:
        """How far it is, and how long the rest will take; not known before the first call has ended."""
        if self._paused:
            return Progress("Paused", self.done, self.total)
        rest_ms = 1000 * self._work_s() * (self.total - self.done) / self.done if self.done else None
        return Progress("Writing summaries and questions", self.done, self.total, rest_ms)

    def wait(self, report: Report = ignore) -> None:
        """Until it has ended; raises UserError if it failed as a whole."""
        while not self._ended.wait(_LOOK_S):
            report(self.progress())
        if self.error:
            raise UserError(self.error)

    def _work_s(self) -> float:
        """Without pauses."""
        return self._worked_s + (0.0 if self._paused else time.monotonic() - self._since_s)

    async def _run(self) -> None:
        end: End = "stopped"
        error = None
        calls = iter(self._calls)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(CONCURRENCY):
                    group.create_task(self._work(calls))
            end = "done"
        except* LlmError as errors:
            end, error = "failed", str(errors.exceptions[0])
        except* Exception:
            _log.exception("writing ended")
            end, error = "failed", "Writing ended by a fault of the program; its log says where. Start it again."
        finally:
            self._close(end, error)

    def _close(self, end: End, error: str | None = None) -> None:
        if self._end is None:
            self._end, self.error, self._calls = end, error, ()
        self._ended.set()

    async def _work(self, calls: Iterator[Call]) -> None:
        for call in calls:
            while self._paused:
                await asyncio.sleep(_LOOK_S)
            try:
                await self._write(call)
                self._lost_in_a_row = 0
            except LlmError as error:
                self._note(call, error)
            self.done += 1

    async def _write(self, call: Call) -> None:
        turn = _turns.setdefault(f"{self._llm.identity}\n{call.prompt}", asyncio.Lock())
        async with turn:
            if self._records.by_model(call.prompt) is None:
                self._records.keep(call.prompt, await self._asked(call.prompt))

    async def _asked(self, prompt: str) -> Written:
        self._check_length(prompt)
        started = time.monotonic()
        text, usage = await with_retries(partial(self._answer, prompt), self._note_wait)
        seconds = round(time.monotonic() - started, 3)
        if not text:
            raise LlmError(f"{self._llm.name} wrote nothing.")
        record_duration(self._llm, seconds)
        return Written(text, self._llm.name, usage.completion_tokens, seconds)

    async def _answer(self, prompt: str) -> tuple[str, Usage]:
        """Streamed: a slow server may take longer for all of it than it may be silent."""
        text, usage = "", Usage(1, None, None)
        async with self._lanes.one() as lane:
            async for piece in self._llm.stream(prompt):
                lane.heard = True
                text, usage = text + piece.text, piece.usage or usage
        return as_utf8(text).strip()[:MAX_CHARACTERS], usage

    def _note_wait(self, seconds: float) -> None:
        self._waits_until_s = max(self._waits_until_s, time.monotonic() + seconds)

    def _check_length(self, prompt: str) -> None:
        tokens, most = self._llm.count_tokens(prompt), max_prompt_tokens(self._llm)
        if tokens > most:
            raise LlmError(
                f"The prompt has {tokens:,} tokens, and the model's window of {self._llm.context_tokens:,} has room "
                f"for {max(most, 0):,}: lower chunker.chunk_tokens, or state the window if it is larger."
            )

    def _note(self, call: Call, error: LlmError) -> None:
        if error.fatal:
            raise error
        chunk = call.chunk
        self.failures.append(Failure(chunk.number, chunk.pages, str(error), call.what, chunk.document.name))
        self._lost_in_a_row += error.retryable
        if self._lost_in_a_row >= _MOST_LOST_IN_A_ROW:
            raise LlmError(
                f"The last {self._lost_in_a_row} calls failed, each after several tries: {error} What was written "
                "until then is kept; start again when the server works."
            )
