"""Background jobs that write answers; a page polls them, and a comparison waits for them."""

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
from rag_core.llms.base import ChatModel, ContextWindowError
from rag_core.llms.reasoning_filter import without_reasoning
from rag_core.servers.loop import submit
from rag_core.stages.results import Answer, Hit

_log = logging.getLogger(__name__)
_MAX_REFUSALS = 3  # of prompts that are too long, before the last attempt
State = Literal["running", "done", "failed", "stopped"]


class Answering(Protocol):
    """The answer mode of a strategy, which makes the calls to the chat model."""

    kind: Any

    async def write(self, draft: Draft) -> None:
        """Call the model, and stream the output of the last call into the draft."""


class AnswerRequest(NamedTuple):
    """Everything that determines an answer; `strategy` is the strategy's JSON, `texts` the cache for answers."""

    question: str
    hits: Sequence[Hit]
    documents: Sequence[Document]
    llm: ChatModel
    texts: TextCache
    answering: Answering
    strategy: str

    @property
    def text_key(self) -> str:
        """The cache key of the answer's text, which depends on the contents of the prompts."""
        return written_key(self.question, self.strategy, self.hits, self.llm)

    @property
    def key(self) -> str:
        """The key of the job, which also depends on the positions of the hits in the documents."""
        return key_of(self.text_key, *(f"{hit.document} {hit.start} {hit.end}" for hit in self.hits))


class AnswerJob:
    """A job that writes one answer; it starts when it is created, and its properties can be read at any time.

    `answer` is set once the job is done or stopped; a stopped job's answer has the text received until then. `error` is
    the message of a failed job, which has no answer.
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
        """The text received so far."""
        return self._draft.text

    @property
    def stage(self) -> str:
        """The current call if there are several ("Call 2 of 5"), or a message that the server is busy; else empty."""
        return (self._draft.busy or self._draft.stage) if self.state == "running" else ""

    @property
    def first_token_ms(self) -> float | None:
        """The time from the start of the job to the first text of the answer, in ms; None until then."""
        return self._draft.first_token_ms

    @property
    def elapsed_ms(self) -> float:
        """The time since the start of the job, or its total time once it has ended, in ms."""
        return self._draft.elapsed_ms if self.state == "running" else self._elapsed_ms

    def stop(self) -> None:
        """Cancel the request, and keep the text received so far; `state` changes shortly after."""
        submit(self._cancel())

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until the job ends, or for `timeout_s` seconds; returns whether it has ended."""
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
            self._fail("The answer failed because of an internal error; see the log.")

    async def _write(self) -> tuple[Written, bool]:
        """The text, and whether it came from the cache."""
        stored = await asyncio.to_thread(self._stored)
        if stored is not None:
            self._draft.show(stored.text)
            return stored, True
        if not self._draft.excerpts:
            self._draft.show(NOT_FOUND)
            return self._draft.written(), False
        await self._write_fitting()
        written = self._draft.written()
        if not self._draft.is_limited:
            await asyncio.to_thread(self.asked.texts.put, self.asked.text_key, written.model_dump_json())
        return written, False

    def _stored(self) -> Written | None:
        """The answer of the cache; one that is all reasoning is none."""
        stored = self.asked.texts.get(self.asked.text_key)
        if stored is None:
            return None
        written = Written.model_validate_json(stored)
        written = written.model_copy(update={"text": without_reasoning(written.text)})
        return written if written.text else None

    async def _write_fitting(self) -> None:
        """Write the answer, and again with fewer or shorter hits where the server refused a prompt for its length."""
        await self.asked.llm.learn_window()
        for _ in range(_MAX_REFUSALS):
            try:
                await self.asked.answering.write(self._draft)
            except ContextWindowError as error:
                self._draft.restart(f"{error.note} The hits were fitted to that, by rank.")
            else:
                return
        await self.asked.answering.write(self._draft)

    async def _end(self) -> None:
        """Wait until the text is written or stopped, then make the answer from it."""
        asked = self.asked
        written, from_cache, stopped = await self._received()
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

    async def _received(self) -> tuple[Written, bool, bool]:
        """The text, whether it came from the cache, and whether the job was stopped."""
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
    """The answer jobs of a session: all that are running, and the most recently used ended ones; thread-safe."""

    def __init__(self, max_jobs: int = 100) -> None:
        self._max_jobs = max_jobs
        self._jobs: OrderedDict[str, AnswerJob] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, asked: AnswerRequest) -> AnswerJob:
        """The job for a request: an existing one, running or ended, or a new one."""
        with self._lock:
            job = self._jobs.get(key := asked.key)
            # A different object may have another API key or time limit, so a failed job may now succeed.
            if job is None or (job.state == "failed" and job.asked.llm is not asked.llm):
                job = self._jobs[key] = AnswerJob(asked)
            self._jobs.move_to_end(key)
            ended = [key for key, job in self._jobs.items() if job.state != "running"]
            for key in ended[: max(len(self._jobs) - self._max_jobs, 0)]:
                del self._jobs[key]
        return job

    def retry(self, job: AnswerJob) -> None:
        """Start a new job for the same request, which the next `get` returns."""
        with self._lock:
            self._jobs[job.key] = AnswerJob(job.asked)

    def keep_for(self, question: str, source_ids: Iterable[str]) -> None:
        """Stop and remove the running jobs for another question, or about a document that is none of these."""
        sources = set(source_ids)
        with self._lock:
            asked = [job for job in self._jobs.values() if job.asked.question == question]
        self.keep(job for job in asked if {document.source_id for document in job.asked.documents} <= sources)

    def keep(self, jobs: Iterable[AnswerJob]) -> None:
        """Stop and remove the running jobs that are not in `jobs`."""
        wanted = {job.key for job in jobs}
        with self._lock:
            for key in [key for key, job in self._jobs.items() if job.state == "running" and key not in wanted]:
                self._jobs.pop(key).stop()
