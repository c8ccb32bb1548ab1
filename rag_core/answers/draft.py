"""An answer while it is written: how the modes of answering ask the model, and what has come so far."""

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
from rag_core.llms.base import ChatModel, Delta, Usage
from rag_core.llms.retrying import with_retries

_AROUND = 40  # tokens that servers put around a prompt, for its role and as instructions of their own
_LEAST_ROOM = 50
_TRIES = 3  # somebody is waiting


class Draft:
    """Written to by one coroutine in the loop of the chat models, and read by any thread.

    `stage` says which call is waited for, where there are several, and `busy` that a server is given time.
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
        self.first_token_ms: float | None = None
        self._count = conservative_count(llm)
        self._began_s = time.perf_counter()
        self._pieces: list[str] = []

    @property
    def text(self) -> str:
        """What can be read of the answer. Put together for whoever looks, not for each of 100,000 pieces."""
        return _clean("".join(self._pieces))

    @property
    def elapsed_ms(self) -> float:
        """Since the beginning of the first call, or a moment before it."""
        return 1000 * (time.perf_counter() - self._began_s)

    async def room(self, prompt: str, answer_tokens: int | None = None) -> int:
        """How many tokens of context fit into a prompt beside an answer of so many, or as many as it may have.

        Raises UserError where next to none do.
        """
        llm, answer_tokens = self.llm, answer_tokens or self.llm.answer_tokens
        taken = await asyncio.to_thread(self._count, prompt) + _AROUND
        if llm.context_tokens - answer_tokens - taken < _LEAST_ROOM:
            raise UserError(
                f"Of the {llm.context_tokens:,} tokens of {llm.model}, the prompt takes about {taken:,} and the answer "
                f"up to {answer_tokens:,}: nothing is left for what was retrieved. Shorten the prompt, let the answer "
                "have fewer tokens, or state a larger context window if the model has one."
            )
        return llm.context_tokens - answer_tokens - taken

    async def best(self, room: int) -> str:
        """The hits that fit, by rank; what does not is noted."""
        taken = await asyncio.to_thread(fit_excerpts, self.excerpts, room, self._count)
        self._note(fit_note(self.excerpts, taken, self.llm))
        return BETWEEN.join(excerpt.numbered for excerpt in taken)

    async def whole(self, excerpt: Excerpt, room: int) -> str:
        """A hit, of which what does not fit is noted."""
        taken = await asyncio.to_thread(truncated_excerpt, excerpt, room, self._count)
        assert taken is not None, "there is room for a few characters"
        self._note(cut_note(excerpt, taken, self.llm))
        return taken.numbered

    async def grouped(self, texts: Sequence[str], room: int, fewest: int = 1) -> list[str]:
        """See `context.grouped`."""
        return await asyncio.to_thread(grouped, texts, room, self._count, fewest)

    async def complete(self, prompt: str, max_tokens: int) -> str:
        """The answer of a call on the way to the last one."""
        usage = Usage(1, None, None)
        try:
            call = partial(self.llm.complete, _clean(prompt), max_tokens)
            text, usage = await with_retries(call, self._note_wait, max_attempts=_TRIES, status_only=True)
            self.busy = ""
        finally:
            self.usage += usage
        return self._said(text)

    async def stream(self, prompt: str) -> None:
        """The answer of the last call, as it comes."""
        usage, pieces = Usage(1, None, None), list[str]()
        try:
            begun = partial(self._begun, _clean(prompt))
            async for piece in await with_retries(begun, self._note_wait, max_attempts=_TRIES, status_only=True):
                self.cut = self.cut or piece.cut
                usage = piece.usage or usage
                text = piece.text if pieces else piece.text.lstrip()
                if text:
                    pieces.append(text)
                    self.first_token_ms = self.first_token_ms or self.elapsed_ms
                    self._pieces = pieces  # in the place of an earlier call's answer
        finally:
            self.usage += usage
        self.show(self._said("".join(pieces)))

    async def _begun(self, prompt: str) -> AsyncIterator[Delta]:
        """The stream, when its first piece is there: until then a busy server can be asked again."""
        stream = self.llm.stream(prompt)
        first = await anext(stream, Delta())
        self.busy = ""
        return _resumed(first, stream)

    def _note_wait(self, seconds: float) -> None:
        self.busy = f"the server is busy, and is asked again after {max(seconds, 1):.0f} s"

    def show(self, text: str) -> None:
        """What can be read of the answer from now on."""
        self._pieces = [text]

    def written(self) -> Written:
        """What came, and what it took until now."""
        return Written(
            text=self.text,
            notes=self.notes,
            usage=self.usage,
            first_token_ms=self.first_token_ms,
            total_ms=self.elapsed_ms,
            cut=self.cut,
        )

    def _said(self, text: str) -> str:
        if not text.strip():
            raise UserError(
                f"{self.llm.name} gave an empty answer. Try again; a model that thinks before it answers may need more "
                "answer tokens."
            )
        return text.strip()

    def _note(self, note: str | None) -> None:
        if note:
            self.notes.append(note)


async def _resumed(first: Delta, rest: AsyncIterator[Delta]) -> AsyncIterator[Delta]:
    yield first
    async for piece in rest:
        yield piece


def _clean(text: str) -> str:
    """Without halves of characters, which documents and servers can hold and JSON cannot."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
