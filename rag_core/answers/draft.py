"""An answer while it is generated: the calls of the answer modes, and the text so far."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial

from rag_core.answers.context import (
    BETWEEN,
    Excerpt,
    conservative_count,
    cut_note,
    fit_excerpts,
    fit_note,
    grouped,
    truncated_excerpt,
)
from rag_core.answers.written import Written
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel, Delta, Reply, Usage, collected
from rag_core.llms.retrying import with_retries
from rag_core.text.printable import as_unicode

PROMPT_OVERHEAD = 40  # tokens that servers add to a prompt, for its role and for instructions of their own
_MIN_ROOM = 50
_MAX_ATTEMPTS = 3  # few, since a user is waiting


class Draft:
    """Written by one coroutine in the event loop of chat models, and read by any thread.

    `stage` names the current call if there are several; `busy` says that the server is busy, and when it is retried.
    `is_limited`: the server refused or cut a prompt, so that it may answer better after it has been given more.
    """

    def __init__(self, question: str, excerpts: Sequence[Excerpt], llm: ChatModel) -> None:
        self.question = question
        self.excerpts = excerpts
        self.llm = llm
        self.stage = ""
        self.busy = ""
        self.notes: list[str] = []
        self.usage = Usage()
        self.cut = False
        self.is_limited = False
        self.first_token_ms: float | None = None
        self._count = conservative_count(llm)
        self._began_s = time.perf_counter()
        self._parts: list[str] = []

    @property
    def text(self) -> str:
        """The text so far. It is joined when it is read, not for each of 100,000 parts."""
        return as_unicode("".join(self._parts))

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since about the start of the first call."""
        return 1000 * (time.perf_counter() - self._began_s)

    async def room(self, prompt: str, answer_tokens: int | None = None) -> int:
        """How many tokens of context fit into the context window beside a prompt and an answer of `answer_tokens`.

        By default the answer has its maximum length. Raises UserError where hardly any fit.
        """
        llm, answer_tokens = self.llm, answer_tokens or self.llm.answer_tokens
        taken = await asyncio.to_thread(self._count, prompt) + PROMPT_OVERHEAD
        if llm.context_tokens - answer_tokens - taken < _MIN_ROOM:
            raise UserError(
                f"Of the {llm.context_tokens:,} tokens of {llm.model}, the prompt takes about {taken:,} and the answer "
                f"up to {answer_tokens:,}: no space is left for the retrieved text. Shorten the prompt, lower the "
                "maximum of answer tokens, or enter a larger context window if the model has one."
            )
        return llm.context_tokens - answer_tokens - taken

    async def best(self, room: int) -> str:
        """The hits that fit, by rank; a note says what does not."""
        taken = await asyncio.to_thread(fit_excerpts, self.excerpts, room, self._count)
        self._note(fit_note(self.excerpts, taken, self.llm))
        return BETWEEN.join(excerpt.numbered for excerpt in taken)

    async def whole(self, excerpt: Excerpt, room: int) -> str:
        """A hit, truncated where it does not fit; a note says so."""
        taken = await asyncio.to_thread(truncated_excerpt, excerpt, room, self._count)
        assert taken is not None, "there is space for a few characters"
        self._note(cut_note(excerpt, taken, self.llm))
        return taken.numbered

    async def grouped(self, texts: Sequence[str], room: int, min_size: int = 1) -> list[str]:
        """Neighbouring texts joined up to `room` tokens, with at least `min_size` texts per group except the last."""
        return await asyncio.to_thread(grouped, texts, room, self._count, min_size)

    async def complete(self, prompt: str, max_tokens: int) -> str:
        """The answer of a call before the last one."""
        usage = Usage(1, None, None)
        try:
            call = partial(self._completed, as_unicode(prompt), max_tokens)
            reply = await with_retries(call, self._record_wait, max_attempts=_MAX_ATTEMPTS, status_only=True)
            self.busy, usage = "", reply.usage
        finally:
            self.usage += usage
        self._note_of_model(reply.notes)
        return self._checked(reply.text)

    async def _completed(self, prompt: str, max_tokens: int) -> Reply:
        return await collected(self.llm.stream(prompt, max_tokens))

    async def stream(self, prompt: str) -> None:
        """Stream the answer of the last call into `text`."""
        usage, parts = Usage(1, None, None), list[str]()
        try:
            begun = partial(self._begun, as_unicode(prompt))
            async for delta in await with_retries(
                begun, self._record_wait, max_attempts=_MAX_ATTEMPTS, status_only=True
            ):
                self.cut = self.cut or delta.cut
                usage = delta.usage or usage
                self._note_of_model(delta.notes)
                if delta.withdrawn:
                    parts = self._parts = []
                text = delta.text if parts else delta.text.lstrip()
                if text:
                    parts.append(text)
                    self.first_token_ms = self.first_token_ms or self.elapsed_ms
                    self._parts = parts  # replaces an earlier call's answer
        finally:
            self.usage += usage
        self.show(self._checked("".join(parts)))

    async def _begun(self, prompt: str) -> AsyncIterator[Delta]:
        """The stream, once its first part has come: until then, a busy server can be retried."""
        stream = self.llm.stream(prompt)
        first = await anext(stream, Delta())
        self.busy = ""
        return _resumed(first, stream)

    def _record_wait(self, seconds: float) -> None:
        self.busy = f"the server is busy; retrying in {max(seconds, 1):.0f} s"

    def restart(self, note: str) -> None:
        """Begin again, since a prompt did not fit; the note says why, and the calls until now still count."""
        self.notes, self.stage, self._parts = [note], "", []
        self.is_limited = True

    def show(self, text: str) -> None:
        """Set the text of the answer."""
        self._parts = [text]

    def written(self) -> Written:
        """The answer so far, with its usage and times."""
        return Written(
            text=self.text,
            notes=self.notes,
            usage=self.usage,
            first_token_ms=self.first_token_ms,
            total_ms=self.elapsed_ms,
            cut=self.cut,
        )

    def _checked(self, text: str) -> str:
        if not text.strip():
            raise UserError(
                f"{self.llm.name} returned an empty answer. Try again; a model that reasons before it answers may "
                "need more answer tokens."
            )
        return text.strip()

    def _note_of_model(self, notes: Sequence[str]) -> None:
        self.is_limited = self.is_limited or bool(notes)
        for note in notes:
            self._note(note)

    def _note(self, note: str | None) -> None:
        if note and note not in self.notes:
            self.notes.append(note)


async def _resumed(first: Delta, rest: AsyncIterator[Delta]) -> AsyncIterator[Delta]:
    yield first
    async for delta in rest:
        yield delta
