"""The state of a streamed answer: its text, how it ended, and the tokens that the server counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rag_core.llms.base import LlmError, Usage
from rag_core.llms.key_redactor import KeyRedactor
from rag_core.llms.thinking_filter import ThinkingFilter

# No language has longer words on average: a server that sends more ignores the maximum of tokens.
_MAX_CHARACTERS_PER_TOKEN, _CHARACTERS_MARGIN = 12, 500


class StreamAccumulator:
    """Takes the parts of one stream, and is `full` where a server sends more than `max_tokens`.

    A part is a token or more. Where there are more parts than `max_tokens`, the tokens are counted.
    """

    def __init__(self, max_tokens: int, key: str, count: Callable[[str], int]) -> None:
        self.full = False
        self.usage: Usage | None = None
        self._max_tokens, self._count = max_tokens, count
        self._thinking, self._redactor = ThinkingFilter(), KeyRedactor(key)
        self._received: list[str] = []  # thoughts included
        self._characters = 0
        self._shown = False
        self._answered = False
        self._end = ""

    @property
    def cut(self) -> bool:
        """Whether the answer was truncated."""
        return self.full or self._end == "length"

    @property
    def ended(self) -> bool:
        """Whether the answer is complete, whatever happens to the connection."""
        return bool(self._end)

    def take(self, part: Any) -> str:
        """The text of a part that is to be shown."""
        self._note(part.raw)
        text = part.delta or ""
        received = text or part.additional_kwargs.get("thinking_delta") or ""
        left = self._max_tokens * _MAX_CHARACTERS_PER_TOKEN + _CHARACTERS_MARGIN - self._characters
        self._characters += max(len(received), 1)  # so that empty parts cannot come without end
        if received:
            self._received.append(received)
        self.full = len(received) >= left or self._too_many()
        return self._visible(self._redactor.shown(self._thinking.shown(text[:left])))

    def rest(self) -> str:
        """The rest of the text to be shown, at the end."""
        return self._visible(self._redactor.shown(self._thinking.rest()) + self._redactor.rest())

    def problem(self, base_url: str) -> LlmError | None:
        """What is wrong with the answer at its end, or None."""
        if self.cut:
            return None if self._shown else self._only_thoughts(base_url)
        if self._end == "content_filter":
            return LlmError(f"{base_url} stopped the answer by its content filter. Rephrase the question.")
        if not self._answered:
            return LlmError(
                f"{base_url} did not answer by OpenAI's protocol. Check the address; it usually ends in /v1."
            )
        if not self.ended:
            return LlmError(f"The connection to {base_url} was lost during its answer. Try again.", retryable=True)
        return None

    def _only_thoughts(self, base_url: str) -> LlmError:
        return LlmError(
            f"The model at {base_url} spent all {self._max_tokens:,} tokens on reasoning, before its answer began. "
            "Raise the maximum of answer tokens, or choose a model that does not reason first."
        )

    def _note(self, raw: Any) -> None:
        self.usage = _usage_of(raw) or self.usage
        for choice in (getattr(raw, "choices", None) or [])[:1]:
            self._answered = True
            self._end = getattr(choice, "finish_reason", None) or self._end

    def _too_many(self) -> bool:
        """Whether there are more than `max_tokens`. Some servers send single letters, so parts are not enough."""
        parts, limit = len(self._received), self._max_tokens
        due = parts > limit and parts % limit == 1 % limit
        return due and self._count("".join(self._received)) > limit

    def _visible(self, text: str) -> str:
        self._shown = self._shown or bool(text.strip())
        return text


def _usage_of(raw: Any) -> Usage | None:
    usage = getattr(raw, "usage", None)
    counted = [getattr(usage, name, None) for name in ("prompt_tokens", "completion_tokens")]
    if not all(isinstance(count, int) and count >= 0 for count in counted):
        return None
    return Usage(1, *counted)
