"""The language model of the figures: replies that were recorded once, by the prompts that they answer."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

from typing_extensions import override

from rag_core.errors import UserError
from rag_core.llms.base import ChatModel, Delta, Usage, collected
from rag_core.text.tokenizers import get_tokenizer

_TURNS = 5  # of the event loop, that calls which begin together are all under way before the first one ends


def text_key(text: str) -> str:
    """A short key for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Call(NamedTuple):
    """A call of the model: its prompt, its reply, and how many calls had ended when it began."""

    prompt: str
    reply: str
    after: int


class Replies:
    """A file of replies; with a `server`, it is asked for those that are missing, and they are recorded."""

    def __init__(self, path: Path, server: ChatModel | None = None) -> None:
        self._path, self._server = path, server
        recorded = json.loads(path.read_text(encoding="utf-8"))
        self.model: str = recorded["model"]
        self._replies: dict[str, str] = recorded["replies"]

    async def to(self, prompt: str, max_tokens: int) -> str:
        """The reply to a prompt. Raises UserError where it is not recorded and there is no server."""
        key = text_key(f"{max_tokens} {prompt}")
        if key not in self._replies:
            self._replies[key] = await self._asked(prompt, max_tokens)
            written = {"model": self.model, "replies": dict(sorted(self._replies.items()))}
            self._path.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return self._replies[key]

    async def _asked(self, prompt: str, max_tokens: int) -> str:
        if self._server is None:
            raise UserError(
                f"No reply is recorded for the prompt that begins with {prompt[:60]!r}. Serve {self.model}, and give "
                "its address to handbook/build_figures.py --server."
            )
        reply = await collected(self._server.stream(prompt, max_tokens))
        return reply.text.strip()


class RecordedModel(ChatModel):
    """A chat model that gives recorded replies, and knows its calls in the order in which they began."""

    base_url = ""

    def __init__(self, replies: Replies, context_tokens: int = 4096) -> None:
        self._replies = replies
        self.name = self.model = replies.model
        self.identity = f"recorded {replies.model}"
        self.context_tokens, self.answer_tokens = context_tokens, 90
        self.calls: list[Call] = []
        self._ended = 0

    def with_window(self, context_tokens: int) -> RecordedModel:
        """The same replies from a model with another context window; it has made no calls."""
        return RecordedModel(self._replies, context_tokens)

    @override
    async def stream(self, prompt: str, max_tokens: int | None = None) -> AsyncIterator[Delta]:
        after = self._ended
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        text = await self._replies.to(prompt, max_tokens or self.answer_tokens)
        self.calls.append(Call(prompt, text, after))
        self._ended += 1
        yield Delta(text, Usage(1, self.count_tokens(prompt), self.count_tokens(text)))

    @override
    def count_tokens(self, text: str) -> int:
        return get_tokenizer("cl100k").count(text)
