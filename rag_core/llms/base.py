"""The interface of chat models."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from typing import NamedTuple

from rag_core.errors import UserError


class Usage(NamedTuple):
    """Tokens of some calls as the server counted them; None where it did not."""

    calls: int = 0
    prompt_tokens: int | None = 0
    completion_tokens: int | None = 0

    def __add__(self, other: object) -> Usage:
        """The sum; unknown where one of the two is unknown."""
        if not isinstance(other, Usage):
            return NotImplemented
        return Usage(
            self.calls + other.calls,
            _sum(self.prompt_tokens, other.prompt_tokens),
            _sum(self.completion_tokens, other.completion_tokens),
        )


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


class Delta(NamedTuple):
    """A part of a streamed answer. `cut`: the answer was truncated here, at its maximum length."""

    text: str = ""
    usage: Usage | None = None
    cut: bool = False


class LlmError(UserError):
    """A failed call, in one sentence.

    `retryable`: the same call may succeed later (429, 5xx, timeouts, lost connections), after `retry_after_s` if the
    server said so. `fatal`: no other call will succeed either (key, model or address are wrong).
    """

    def __init__(
        self,
        sentence: str,
        *,
        status: int | None = None,
        retryable: bool = False,
        retry_after_s: float | None = None,
        fatal: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.retryable = retryable
        self.retry_after_s = retry_after_s
        self.fatal = fatal


class ChatModel(ABC):
    """A chat model on a server.

    `name` is for messages, `identity` for cache keys: provider, address, model and temperature, never the key.
    `context_tokens` hold the prompt and the answer, of at most `answer_tokens`.
    """

    name: str
    model: str
    base_url: str
    identity: str
    context_tokens: int
    answer_tokens: int

    @abstractmethod
    def stream(self, prompt: str, max_tokens: int | None = None) -> AsyncIterator[Delta]:
        """The parts of an answer of at most `max_tokens`, by default `answer_tokens`. May raise LlmError midway."""

    @abstractmethod
    async def complete(self, prompt: str, max_tokens: int | None = None) -> tuple[str, Usage]:
        """The whole answer and its usage. Raises LlmError."""

    @abstractmethod
    def count_tokens(self, text: str) -> int:
        """The text's tokens by OpenAI's cl100k, which is about right for other models."""
