"""Asks a language model on behalf of a stage: cached, several prompts at a time, and cancelled when nobody waits."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from concurrent.futures import Future, wait
from functools import partial
from typing import NamedTuple
from weakref import WeakValueDictionary

from rag_core import interrupts
from rag_core.cache import TextCache, key_of
from rag_core.errors import UserError
from rag_core.llms.adaptive_concurrency import heard
from rag_core.llms.answer_space import answer_space, max_prompt_tokens
from rag_core.llms.base import ChatModel, ContextWindowError, LlmError, Reply, Usage, collected
from rag_core.llms.prices import cost_usd
from rag_core.llms.retrying import with_retries
from rag_core.part import Part
from rag_core.progress import Progress
from rag_core.servers.loop import submit
from rag_core.stages.asked import Asked
from rag_core.stages.resources import Resources
from rag_core.stages.results import ModelCall, Result
from rag_core.text.numbers import counted
from rag_core.text.printable import as_unicode

CHOOSE_MODEL = (
    "choose one under Answers in the app, or on the command line with --llm and --model (or CHUNKSCOPE_LLM and "
    "CHUNKSCOPE_LLM_MODEL)."
)
_VERSION = 1  # of what is stored; increase it when that changes
_MAX_ATTEMPTS = 3  # few, since a user is waiting
_MAX_REFUSALS = 3  # of a prompt that is too long
# The same prompt of several columns is sent once: they take turns, and the second one finds the reply in the cache.
_turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


class Prompt(NamedTuple):
    """A text to send, and what it asks for, such as "a hypothetical answer".

    `sample` tells apart several replies to the same text. `remedy` is what shortens a text that does not fit.
    """

    text: str
    purpose: str
    remedy: str
    sample: int = 0


class _Stored(Result):
    """A reply in the cache."""

    text: str
    usage: Usage
    elapsed_ms: float
    cut: bool


def chat_model_of(part: Part, resources: Resources) -> ChatModel:
    """The chat model that a part asks; raises UserError if none is chosen."""
    if resources.llm is None:
        raise UserError(
            f"{part.slot}.kind={part.kind} asks a language model for each question, and none is chosen: {CHOOSE_MODEL}"
        )
    return resources.llm


def ask(part: Part, prompts: Sequence[Prompt], resources: Resources) -> list[str]:
    """The replies of the chat model to the prompts, in their order; the calls are recorded in `resources.asked`.

    Waits, and reports progress meanwhile; a report that raises aborts the calls. Raises UserError without a chat
    model, for a prompt that its context window does not hold, and if a call fails. Calls that had ended are recorded
    and cached nevertheless.
    """
    llm, asked = chat_model_of(part, resources), resources.asked
    batch = _Batch(part.slot, llm, TextCache(resources.cache), asked, prompts)
    started = time.perf_counter()
    try:
        return _waited(batch.start(), batch, resources)
    finally:
        asked.record(batch.ended(), 1000 * (time.perf_counter() - started))


def _waited(future: Future[list[str]], batch: _Batch, resources: Resources) -> list[str]:
    try:
        while not wait([future], interrupts.POLL_S).done:
            interrupts.check()
            resources.report(batch.progress())
        return future.result()
    except BaseException:
        future.cancel()
        raise


class _Batch:
    """Prompts on their way; the methods that are coroutines run in the loop of requests to servers."""

    def __init__(self, stage: str, llm: ChatModel, texts: TextCache, asked: Asked, prompts: Sequence[Prompt]) -> None:
        self._stage, self._llm, self._texts, self._asked, self._prompts = stage, llm, texts, asked, prompts
        self._calls: list[ModelCall | None] = [None] * len(prompts)
        self._busy = ""

    def start(self) -> Future[list[str]]:
        return submit(self._all())

    def ended(self) -> list[ModelCall]:
        """The calls that have ended, in the order of the prompts."""
        return [call for call in self._calls if call is not None]

    def progress(self) -> Progress:
        """What is waited for, and how many of the calls have ended."""
        purpose = self._prompts[0].purpose
        return Progress(f"Asking {self._llm.name} for {purpose}{self._busy}", len(self.ended()), len(self._prompts))

    async def _all(self) -> list[str]:
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._one(number)) for number in range(len(self._prompts))]
        except* UserError as errors:
            raise errors.exceptions[0] from None  # tasks have no groups of their own
        return [task.result() for task in tasks]

    async def _one(self, number: int) -> str:
        prompt = self._prompts[number]
        key = key_of("asked", _VERSION, self._llm.identity, prompt.sample, prompt.text)
        turn = _turns.setdefault(key, asyncio.Lock())
        async with turn:
            stored = await asyncio.to_thread(self._texts.get, key)
            if stored is not None:
                call = self._call(prompt, _Stored.model_validate_json(stored), from_cache=True)
            else:
                call = await self._sent(prompt, key)
            self._calls[number] = call
        return call.reply

    async def _sent(self, prompt: Prompt, key: str) -> ModelCall:
        await self._llm.learn_window()
        started = time.perf_counter()
        reply, max_tokens = await self._replied(prompt)
        text = as_unicode(reply.text).strip()
        if not text:
            raise LlmError(f"{self._llm.name} returned an empty answer. Try again, or choose another model.")
        stored = _Stored(text=text, usage=reply.usage, elapsed_ms=_ms_since(started), cut=reply.cut)
        # A server may do better once it was given more: that reply is asked for again.
        if not reply.notes and not (reply.cut and max_tokens < self._llm.answer_tokens):
            await asyncio.to_thread(self._texts.put, key, stored.model_dump_json())
        return self._call(prompt, stored, notes=reply.notes)

    async def _replied(self, prompt: Prompt) -> tuple[Reply, int]:
        """The reply and its token limit; a prompt refused for its length is sent again where a shorter reply fits."""
        text = as_unicode(prompt.text)
        for _ in range(_MAX_REFUSALS):
            max_tokens = await asyncio.to_thread(self._space, prompt)
            try:
                call = partial(self._streamed, text, max_tokens)
                reply = await with_retries(
                    call, self._note_wait, max_attempts=_MAX_ATTEMPTS, status_only=not self._asked.patient
                )
            except ContextWindowError as error:
                refusal = error
            else:
                return reply, max_tokens
        raise refusal

    async def _streamed(self, text: str, max_tokens: int) -> Reply:
        async with self._asked.lanes.one() as lane:
            reply = await collected(heard(self._llm.stream(text, max_tokens), lane))
        self._busy = ""
        return reply

    def _note_wait(self, seconds: float) -> None:
        self._busy = f" (the server is busy; retrying in {max(seconds, 1):.0f} s)"

    def _space(self, prompt: Prompt) -> int:
        """The token limit of the reply beside a prompt; raises LlmError where the prompt does not fit."""
        llm = self._llm
        sent = llm.count_tokens(prompt.text)
        if space := answer_space(llm, sent):
            return space
        tokens = math.ceil(llm.token_ratio * sent)
        raise LlmError(
            f"The prompt for {prompt.purpose} has {counted(tokens, 'token')}, and the context window of {llm.name}, "
            f"{llm.context_tokens:,}, has space for {max(max_prompt_tokens(llm), 0):,} beside the reply: "
            f"{prompt.remedy}, or enter the context window if it is larger."
        )

    def _call(
        self, prompt: Prompt, stored: _Stored, *, from_cache: bool = False, notes: Sequence[str] = ()
    ) -> ModelCall:
        try:
            cost, problems = cost_usd(self._llm, stored.usage), list[str]()
        except UserError as error:
            cost, problems = None, [f"The cost is unknown. {error}"]
        return ModelCall(
            stage=self._stage,
            purpose=prompt.purpose,
            prompt=prompt.text,
            reply=stored.text,
            model=self._llm.model,
            prompt_tokens=stored.usage.prompt_tokens,
            completion_tokens=stored.usage.completion_tokens,
            cost_usd=cost,
            elapsed_ms=stored.elapsed_ms,
            from_cache=from_cache,
            cut=stored.cut,
            notes=[*notes, *problems],
        )


def _ms_since(started: float) -> float:
    return 1000 * (time.perf_counter() - started)
