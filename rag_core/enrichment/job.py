"""A background job that generates missing texts: several calls at a time, each result stored when it arrives."""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal, NamedTuple
from weakref import WeakValueDictionary

from rag_core.enrichment.chunk_texts import Call
from rag_core.enrichment.estimate import CONCURRENCY, record_duration
from rag_core.enrichment.records import MAX_CHARACTERS, GeneratedText, Records
from rag_core.enrichment.sendable import as_utf8
from rag_core.enrichment.written_text import all_of
from rag_core.errors import UserError
from rag_core.llms.adaptive_concurrency import AdaptiveConcurrency, heard
from rag_core.llms.answer_space import answer_space, max_prompt_tokens
from rag_core.llms.base import ChatModel, ContextWindowError, LlmError, Reply, collected
from rag_core.llms.retrying import with_retries
from rag_core.progress import Progress, Report, ignore
from rag_core.servers.loop import submit

End = Literal["done", "stopped", "failed"]
_POLL_S = 0.1
_MAX_FAILED_IN_A_ROW = 3 * CONCURRENCY  # each after several attempts: the server is gone
_MAX_REFUSALS = 3  # of a prompt that is too long
_log = logging.getLogger(__name__)
# Jobs that need the same text take turns, say a summary for strategies with different numbers of questions.
_turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


class Failure(NamedTuple):
    """A call that failed in the end: the chunk's number in its document, its pages, the error, and the kind of text."""

    chunk: int
    pages: list[int]
    sentence: str
    what: str
    document: str


class WritingJob:
    """A job of the process, for all sessions. Of `total` calls, `done` have ended, those of `failures` included.

    `error` is why the whole job failed. Safe for several threads.
    """

    def __init__(self, calls: Sequence[Call], llm: ChatModel, records: Records) -> None:
        self.total, self.done = len(calls), 0
        self.failures: list[Failure] = []
        self.error: str | None = None
        self._calls, self._llm, self._records = calls, llm, records
        self._what = all_of(list(dict.fromkeys(call.text for call in calls)))
        self._end: End | None = None
        self._ended = threading.Event()
        self._paused = False
        self._worked_s, self._since_s = 0.0, time.monotonic()
        self._lanes = AdaptiveConcurrency(CONCURRENCY)
        self._failed_in_a_row = 0
        self._waits_until_s = 0.0

    @property
    def state(self) -> Literal["running", "paused", End]:
        """The state; a paused job finishes the calls that are running, and starts no others."""
        return self._end or ("paused" if self._paused else "running")

    @property
    def ended(self) -> bool:
        """Whether the job is done, stopped or failed."""
        return self._ended.is_set()

    @property
    def is_running(self) -> bool:
        """Whether it goes on: neither ended nor paused."""
        return self.state == "running"

    @property
    def waiting_s(self) -> float:
        """The seconds until calls are retried, since the server was busy; 0 where none waits."""
        return 0.0 if self.ended else max(self._waits_until_s - time.monotonic(), 0.0)

    def start(self) -> None:
        """Start the job and return at once."""
        self._future = submit(self._run())

    def pause(self) -> None:
        """Start no other calls until `resume`."""
        self._worked_s, self._paused = self._work_s(), True

    def resume(self) -> None:
        """Continue after a pause."""
        if self._paused:
            self._since_s, self._paused = time.monotonic(), False

    def stop(self) -> None:
        """Cancel the job and its running calls at once. Texts that are written stay."""
        self._close("stopped")
        self._future.cancel()

    def progress(self) -> Progress:
        """The progress with the remaining time, which is unknown before the first call has ended."""
        if self._paused:
            return Progress("Paused", self.done, self.total)
        rest_ms = 1000 * self._work_s() * (self.total - self.done) / self.done if self.done else None
        return Progress(f"Writing {self._what}", self.done, self.total, rest_ms)

    def wait(self, report: Report = ignore) -> None:
        """Wait until the job has ended; raises UserError if it failed as a whole."""
        while not self._ended.wait(_POLL_S):
            report(self.progress())
        if self.error:
            raise UserError(self.error)

    def _work_s(self) -> float:
        """The seconds of work so far, without pauses."""
        return self._worked_s + (0.0 if self._paused else time.monotonic() - self._since_s)

    async def _run(self) -> None:
        end: End = "stopped"
        error = None
        calls = iter(self._calls)
        try:
            await self._llm.learn_window()
            async with asyncio.TaskGroup() as group:
                for _ in range(CONCURRENCY):
                    group.create_task(self._work(calls))
            end = "done"
        except* LlmError as errors:
            end, error = "failed", str(errors.exceptions[0])
        except* Exception:
            _log.exception("Generating texts failed")
            end, error = "failed", "Generating texts was stopped by an internal error; see the log. Start it again."
        finally:
            self._close(end, error)

    def _close(self, end: End, error: str | None = None) -> None:
        if self._end is None:
            self._end, self.error, self._calls = end, error, ()
        self._ended.set()

    async def _work(self, calls: Iterator[Call]) -> None:
        for call in calls:
            while self._paused:
                await asyncio.sleep(_POLL_S)
            try:
                await self._write(call)
                self._failed_in_a_row = 0
            except LlmError as error:
                self._record_failure(call, error)
            self.done += 1

    async def _write(self, call: Call) -> None:
        asked = call.asked
        turn = _turns.setdefault(f"{self._llm.identity}\n{asked}", asyncio.Lock())
        async with turn:
            if self._records.by_model(asked) is None:
                self._records.store(asked, await self._generate(call))

    async def _generate(self, call: Call) -> GeneratedText:
        started = time.monotonic()
        reply = await self._replied(call)
        seconds = round(time.monotonic() - started, 3)
        if not reply.text:
            raise LlmError(f"{self._llm.name} returned an empty answer.")
        if reply.notes:  # a text about a part of the chunk would look like one about all of it
            raise LlmError(" ".join(reply.notes))
        record_duration(self._llm, seconds)
        return GeneratedText(reply.text, self._llm.name, reply.usage.completion_tokens, seconds)

    async def _replied(self, call: Call) -> Reply:
        """The answer; a prompt that was refused for its length is asked again, shorter or with a shorter answer."""
        for _ in range(_MAX_REFUSALS):
            # In a thread: to count and cut a long document takes its time.
            prompt, max_tokens = await asyncio.to_thread(self._prepared, call)
            try:
                reply = await with_retries(partial(self._answer, prompt, max_tokens), self._record_wait)
            except ContextWindowError as error:
                refusal = error
                continue
            if reply.cut and max_tokens < self._llm.answer_tokens:
                raise LlmError(
                    f"The answer was cut after {max_tokens:,} tokens: the prompt leaves no more of the model's context "
                    f"window of {self._llm.context_tokens:,}. Lower chunker.chunk_tokens, or enter the context window "
                    "if it is larger."
                )
            return reply
        raise refusal

    async def _answer(self, prompt: str, max_tokens: int) -> Reply:
        """The answer, streamed: a slow server may take longer for it than the timeout between two parts."""
        async with self._lanes.one() as lane:
            reply = await collected(heard(self._llm.stream(prompt, max_tokens), lane))
        return reply._replace(text=as_utf8(reply.text).strip()[:MAX_CHARACTERS])

    def _record_wait(self, seconds: float) -> None:
        self._waits_until_s = max(self._waits_until_s, time.monotonic() + seconds)

    def _prepared(self, call: Call) -> tuple[str, int]:
        """The prompt, and the maximum of the answer, both for one and the same context window.

        Raises LlmError where the prompt does not fit.
        """
        known = None
        while known != (known := (self._llm.context_tokens, self._llm.token_ratio)):  # other calls may learn another
            prompt, counted = call.prompt, call.prompt_tokens
        return prompt, self._answer_tokens(counted)

    def _answer_tokens(self, counted: int) -> int:
        """The maximum of the answer beside a prompt; less than the model's where its server told a small window."""
        llm = self._llm
        if space := answer_space(llm, counted):
            return space
        tokens, limit = math.ceil(llm.token_ratio * counted), max_prompt_tokens(llm)
        raise LlmError(
            f"The prompt has {tokens:,} tokens, and the model's context window of {llm.context_tokens:,} has space for "
            f"{max(limit, 0):,}: lower chunker.chunk_tokens, or enter the context window if it is larger."
        )

    def _record_failure(self, call: Call, error: LlmError) -> None:
        if error.fatal:
            raise error
        chunk = call.chunk
        self.failures.append(Failure(chunk.number, chunk.pages, str(error), call.text.kind, chunk.document.label))
        self._failed_in_a_row += error.retryable
        if self._failed_in_a_row >= _MAX_FAILED_IN_A_ROW:
            raise LlmError(
                f"The last {self._failed_in_a_row} calls failed, each after several attempts: {error} Texts that "
                "are written are saved; start again when the server works."
            )
