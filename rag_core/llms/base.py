"""The interface of chat models."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
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
    """A part of a streamed answer. `cut`: the answer was truncated here, at its maximum length.

    `withdrawn`: all text before this part was reasoning, and must not be shown any longer. `notes` are for the user.
    """

    text: str = ""
    usage: Usage | None = None
    cut: bool = False
    withdrawn: bool = False
    notes: tuple[str, ...] = ()


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


class ContextWindowError(LlmError):
    """A prompt that its server refused for its length. The model's window is known now, so that a shorter one fits.

    `note` says so to the user of an answer from a shorter prompt.
    """

    def __init__(self, sentence: str, note: str, *, status: int | None) -> None:
        super().__init__(sentence, status=status)
        self.note = note


class Reply(NamedTuple):
    """A whole answer, with its usage, and with notes for the user."""

    text: str
    usage: Usage
    notes: tuple[str, ...] = ()
    cut: bool = False


class ChatModel(ABC):
    """A chat model on a server.

    `name` is for messages, `identity` for cache keys: provider, address, model and temperature, never the key.
    `context_tokens` hold the prompt and the answer, of at most `answer_tokens`. `token_ratio` is how many tokens the
    server counts for one of ours, where it is known to count more.
    """

    name: str
    model: str
    base_url: str
    identity: str
    context_tokens: int
    answer_tokens: int
    token_ratio: float = 1.0

    @property
    def answers_as(self) -> str:
        """The identity without the maximum of an answer: for caches of answers that are complete."""
        return self.identity

    @property
    def context_setting(self) -> int:
        """The context window as the user set it, which no answer of a server changes; for cache keys."""
        return self.context_tokens

    def forget_window(self) -> None:
        """Forget what the server has told of the context window."""
        return

    async def learn_window(self) -> None:
        """Ask the server for the model's context window, if that may be another than the known one."""
        return

    @abstractmethod
    def stream(self, prompt: str, max_tokens: int | None = None) -> AsyncIterator[Delta]:
        """The parts of an answer of at most `max_tokens`, by default `answer_tokens`. May raise LlmError midway."""

    def stream_about(self, images: Sequence[bytes], prompt: str, max_tokens: int) -> AsyncIterator[Delta]:
        """The parts of an answer to a prompt about JPEG images; raises LlmError where the model cannot be sent any."""
        raise LlmError(f"{self.name} cannot be sent images.", fatal=True)

    async def complete(self, prompt: str, max_tokens: int | None = None) -> tuple[str, Usage]:
        """The whole answer and its usage, streamed too: only that tells a slow server from one that hangs."""
        reply = await collected(self.stream(prompt, max_tokens))
        return reply.text, reply.usage

    @abstractmethod
    def count_tokens(self, text: str) -> int:
        """The text's tokens by OpenAI's cl100k, which is about right for other models."""


async def collected(parts: AsyncIterator[Delta]) -> Reply:
    """The whole of a streamed answer."""
    texts: list[str] = []
    usage, notes, cut = Usage(1, None, None), list[str](), False
    async for part in parts:
        if part.withdrawn:
            texts.clear()
        texts.append(part.text)
        usage, cut = part.usage or usage, cut or part.cut
        notes += part.notes
    return Reply("".join(texts), usage, tuple(notes), cut)
