"""Answers that are written in the background: what a page looks at now and then, and what a comparison waits for."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple, Protocol

from rag_core.answers.context import excerpts_of
from rag_core.answers.draft import Draft
from rag_core.answers.prompts import NOT_FOUND
from rag_core.answers.written import Written, answer_of, written_key
from rag_core.cache import TextCache, key_of
from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.llms.loop import submit
from rag_core.stages.results import Answer, Hit

_log = logging.getLogger(__name__)
State = Literal["running", "done", "failed", "stopped"]


class Answering(Protocol):
    """How a chat model is led from the hits to an answer: a part of the strategy."""

    kind: Any

    async def write(self, draft: Draft) -> None:
        """Ask the model, and stream the last call into the draft."""


class AnswerRequest(NamedTuple):
    """What an answer is made of; `strategy` is the strategy's JSON."""

    question: str
    hits: Sequence[Hit]
    documents: Sequence[Document]
    llm: ChatModel
    texts: TextCache
    answering: Answering
    strategy: str

    @property
    def text_key(self) -> str:
        """The key under which the answer's text is cached: of what the model is told."""
        return written_key(self.question, self.strategy, self.hits, self.llm)

    @property
    def key(self) -> str:
        """The same with where the hits stand in the documents."""
        return key_of(self.text_key, *(f"{hit.document} {hit.start} {hit.end}" for hit in self.hits))


class AnswerJob:
    """One answer, begun at once. Reading it costs nothing.

    `error` is the sentence of a failed one, whose `text` is what had come; a stopped one has an `answer` of it.
    """

    def __init__(self, asked: AnswerRequest) -> None:
        self.key = asked.key
        self.asked = asked
        self.state: State = "running"
        self.error: str | None = None
        self.answer: Answer | None = None
        self._draft = Draft(asked.question, excerpts_of(asked.hits, asked.documents), asked.llm)
        self._elapsed_ms = 0.0
        self._stop = False
        self._writing: asyncio.Task[tuple[Written, bool]] | None = None
        self._ended = threading.Event()
        submit(self._work())

    @property
    def text(self) -> str:
        """What has come so far."""
        return self._draft.text

    @property
    def stage(self) -> str:
        """Which call is waited for, where there are several: "Call 2 of 5"; or that a busy server is given time."""
        return (self._draft.busy or self._draft.stage) if self.state == "running" else ""

    @property
    def first_token_ms(self) -> float | None:
        """From the beginning to the first word of the answer; None while there is none."""
        return self._draft.first_token_ms

    @property
    def elapsed_ms(self) -> float:
        """Since the beginning, up to the end."""
        return self._draft.elapsed_ms if self.state == "running" else self._elapsed_ms

    def stop(self) -> None:
        """Abort the request; what came stays. The state follows in a moment."""
        submit(self._cancel())

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until it ends; whether it did."""
        return self._ended.wait(timeout_s)

    async def _cancel(self) -> None:
        self._stop = True
        if self._writing:
            self._writing.cancel()

    async def _work(self) -> None:
        self._writing = asyncio.create_task(self._write())
        if self._stop:
            self._writing.cancel()
        try:
            await self._end()
        except UserError as error:
            self._fail(str(error))
        except Exception:
            _log.exception("An answer could not be written")
            self._fail("The answer could not be written, for a reason inside this program: its log says more.")

    async def _write(self) -> tuple[Written, bool]:
        """The text, and whether it was in the cache."""
        kept = await asyncio.to_thread(self.asked.texts.get, self.asked.text_key)
        if kept is not None:
            written = Written.model_validate_json(kept)
            self._draft.show(written.text)
            return written, True
        if not self._draft.excerpts:
            self._draft.show(NOT_FOUND)
            return self._draft.written(), False
        await self.asked.answering.write(self._draft)
        written = self._draft.written()
        await asyncio.to_thread(self.asked.texts.put, self.asked.text_key, written.model_dump_json())
        return written, False

    async def _end(self) -> None:
        """When it is written, or stopped."""
        asked = self.asked
        written, from_cache, stopped = await self._came()
        make = partial(
            answer_of,
            written,
            asked.answering.kind,
            asked.hits,
            asked.documents,
            asked.llm,
            from_cache=from_cache,
            stopped=stopped,
        )
        self.answer = await asyncio.to_thread(make)
        self._set("stopped" if stopped else "done")

    async def _came(self) -> tuple[Written, bool, bool]:
        """The text, whether it was in the cache, and whether it was stopped."""
        assert self._writing is not None
        try:
            return *await self._writing, False
        except asyncio.CancelledError:
            return self._draft.written(), False, True

    def _fail(self, error: str) -> None:
        self.error = error
        self._set("failed")

    def _set(self, state: State) -> None:
        self._elapsed_ms = self._draft.elapsed_ms
        self.state = state
        self._ended.set()


class AnswerJobs:
    """The answers of a session, running and ended; of the latter, those looked at last. Safe for several threads."""

    def __init__(self, max_jobs: int = 100) -> None:
        self._max_jobs = max_jobs
        self._jobs: OrderedDict[str, AnswerJob] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, asked: AnswerRequest) -> AnswerJob:
        """The answer to a request: running, ended, or begun now."""
        with self._lock:
            job = self._jobs.get(key := asked.key)
            # Another object is another key or time limit: what failed may succeed with it.
            if job is None or (job.state == "failed" and job.asked.llm is not asked.llm):
                job = self._jobs[key] = AnswerJob(asked)
            self._jobs.move_to_end(key)
            ended = [key for key, job in self._jobs.items() if job.state != "running"]
            for key in ended[: max(len(self._jobs) - self._max_jobs, 0)]:
                del self._jobs[key]
        return job

    def retry(self, job: AnswerJob) -> None:
        """Begin it anew; the next `get` gives the new one."""
        with self._lock:
            self._jobs[job.key] = AnswerJob(job.asked)

    def keep(self, jobs: Iterable[AnswerJob]) -> None:
        """Stop and forget those that are running but not among these."""
        wanted = {job.key for job in jobs}
        with self._lock:
            for key in [key for key, job in self._jobs.items() if job.state == "running" and key not in wanted]:
                self._jobs.pop(key).stop()
