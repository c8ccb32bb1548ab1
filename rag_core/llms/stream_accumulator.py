"""What has come of an answer: its text, how it ended, and the tokens that the server counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rag_core.llms.base import LlmError, Usage
from rag_core.llms.key_redactor import KeyRedactor
from rag_core.llms.thinking_filter import ThinkingFilter

# No language has longer words on average; whoever sends more than that was asked for fewer tokens.
_LETTERS_PER_TOKEN, _LETTERS_MORE = 12, 500


class StreamAccumulator:
    """Takes the parts of one stream, and is `full` where a server does not heed how much it was asked for.

    A part is a token or more. Where there are more parts than tokens were asked for, the tokens are counted.
    """

    def __init__(self, max_tokens: int, key: str, count: Callable[[str], int]) -> None:
        self.full = False
        self.usage: Usage | None = None
        self._most, self._count = max_tokens, count
        self._unthought, self._keyless = ThinkingFilter(), KeyRedactor(key)
        self._came: list[str] = []  # thoughts too
        self._letters = 0
        self._shown = False
        self._answered = False
        self._end = ""

    @property
    def cut(self) -> bool:
        """Whether the answer would have been longer."""
        return self.full or self._end == "length"

    @property
    def ended(self) -> bool:
        """Whether the answer is whole, whatever becomes of the connection."""
        return bool(self._end)

    def take(self, part: Any) -> str:
        """What of it is to be shown."""
        self._note(part.raw)
        text = part.delta or ""
        came = text or part.additional_kwargs.get("thinking_delta") or ""
        left = self._most * _LETTERS_PER_TOKEN + _LETTERS_MORE - self._letters
        self._letters += max(len(came), 1)  # nor do empty parts come without end
        if came:
            self._came.append(came)
        self.full = len(came) >= left or self._too_many()
        return self._visible(self._keyless.shown(self._unthought.shown(text[:left])))

    def rest(self) -> str:
        """What was held back, at the end."""
        return self._visible(self._keyless.shown(self._unthought.rest()) + self._keyless.rest())

    def problem(self, base_url: str) -> LlmError | None:
        """What is wrong with the answer as it ended."""
        if self.cut:
            return None if self._shown else self._only_thoughts(base_url)
        if self._end == "content_filter":
            return LlmError(f"{base_url} ended the answer: its filter for contents objects. Ask in other words.")
        if not self._answered:
            return LlmError(
                f"{base_url} did not answer as OpenAI's protocol says. Check the address; it usually ends in /v1."
            )
        if not self.ended:
            return LlmError(
                f"The connection to {base_url} was cut in the middle of its answer. Try again.", retryable=True
            )
        return None

    def _only_thoughts(self, base_url: str) -> LlmError:
        return LlmError(
            f"The model at {base_url} spent all {self._most:,} tokens on thoughts, before its answer began. Let the "
            "longest answer have more tokens, or take a model that does not think first."
        )

    def _note(self, raw: Any) -> None:
        self.usage = _usage_of(raw) or self.usage
        for choice in (getattr(raw, "choices", None) or [])[:1]:
            self._answered = True
            self._end = getattr(choice, "finish_reason", None) or self._end

    def _too_many(self) -> bool:
        """Some servers send letters one by one: parts alone do not say it."""
        parts, most = len(self._came), self._most
        due = parts > most and parts % most == 1 % most
        return due and self._count("".join(self._came)) > most

    def _visible(self, text: str) -> str:
        self._shown = self._shown or bool(text.strip())
        return text


def _usage_of(raw: Any) -> Usage | None:
    usage = getattr(raw, "usage", None)
    counted = [getattr(usage, name, None) for name in ("prompt_tokens", "completion_tokens")]
    if not all(isinstance(count, int) and count >= 0 for count in counted):
        return None
    return Usage(1, *counted)
