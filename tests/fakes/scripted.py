"""A chat model that answers as a script says, for what a real server does not do on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from rag_core.llms.base import ChatModel, Delta, LlmError, Usage

FOREVER = object()
Said = str | Sequence[object]


class Scripted(ChatModel):
    """Answers each prompt with what `script` returns for it: a text, or a sequence of pieces, errors and FOREVER.

    A token is a word.
    """

    name, model, base_url = "scripted at nowhere", "scripted", "http://nowhere/v1"

    def __init__(
        self,
        script: Callable[[str], Said] = lambda _: "Otters sleep [1].",
        *,
        context_tokens: int = 4096,
        answer_tokens: int = 100,
        latency_s: float = 0.0,
        identity: str = "scripted",
    ) -> None:
        self.script = script
        self.context_tokens, self.answer_tokens = context_tokens, answer_tokens
        self.identity = identity
        self.latency_s = latency_s
        self.prompts: list[str] = []
        self.aborted = 0

    async def stream(self, prompt: str, max_tokens: int | None = None) -> AsyncIterator[Delta]:
        self.prompts.append(prompt)
        said = self.script(prompt)
        words = 0
        try:
            await asyncio.sleep(self.latency_s)
            for piece in [said] if isinstance(said, str) else said:
                if isinstance(piece, Exception):
                    raise piece
                if piece is FOREVER:
                    await asyncio.sleep(300)
                words += len(str(piece).split())
                yield Delta(str(piece))
        except (asyncio.CancelledError, GeneratorExit):
            self.aborted += 1
            raise
        yield Delta(usage=Usage(1, self.count_tokens(prompt), words))

    async def complete(self, prompt: str, max_tokens: int | None = None) -> tuple[str, Usage]:
        text, usage = "", Usage()
        async for piece in self.stream(prompt, max_tokens):
            text += piece.text
            usage = piece.usage or usage
        return text, usage

    def count_tokens(self, text: str) -> int:
        return len(text.split())


def failing(sentence: str = "The server is on fire.") -> LlmError:
    return LlmError(sentence)
