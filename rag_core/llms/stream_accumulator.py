"""The state of a streamed answer: its text, how it ended, and the tokens that the server counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rag_core.llms.base import Delta, LlmError, Usage
from rag_core.llms.key_redactor import KeyRedactor
from rag_core.llms.reasoning_filter import ReasoningFilter
from rag_core.llms.reply_parts import cached_tokens_of, part_of, usage_of
from rag_core.servers.errors import not_the_protocol

# No language has longer words on average: a server that sends more ignores the maximum of tokens.
_MAX_CHARACTERS_PER_TOKEN, _CHARACTERS_MARGIN = 12, 500
_CUT = ("length", "max_tokens", "max_output_tokens", "model_length")
_FILTERED = ("content_filter", "safety", "recitation", "blocklist", "prohibited_content")
_FAILED = ("error", "abort")
_UNCLOSED = "The model went on to reason after this text, and did not end its reasoning: that is left out."


class StreamAccumulator:
    """Takes the events of one stream, and is `full` where a server sends more than `max_tokens`.

    A part is a token or more. Where there are more parts than `max_tokens`, the tokens are counted. With `hold`, text
    is held back until reasoning has ended or the answer is complete: the model is known to begin without a mark.
    """

    def __init__(self, max_tokens: int, key: str, count: Callable[[str], int], *, hold: bool = False) -> None:
        self.full = False
        self.usage: Usage | None = None
        self.cached_tokens = 0
        self.answered = False  # by OpenAI's protocol
        self.is_done = False  # the server said that there is no more
        self._max_tokens, self._count = max_tokens, count
        self._key, self._hold = key, hold
        self._reasoning, self._redactor = ReasoningFilter(), KeyRedactor(key)
        self._held: list[str] = []
        self._received: list[str] = []  # reasoning included
        self._characters = 0
        self._shown = self._reasoned = False
        self._end = ""

    @property
    def cut(self) -> bool:
        """Whether the answer was truncated."""
        return self.full or self._end in _CUT

    @property
    def ended(self) -> bool:
        """Whether the answer is complete, whatever happens to the connection."""
        return bool(self._end) or (self.is_done and self.answered)

    @property
    def reasons_unopened(self) -> bool:
        """Whether reasoning came without a mark before it."""
        return self._reasoning.unopened

    @property
    def answers_at_once(self) -> bool:
        """Whether the complete answer has reasoning nowhere, or only where it is marked."""
        return self.ended and not self.cut and self._shown

    def take(self, event: dict[str, Any]) -> Delta | None:
        """What of an event is to be shown."""
        part = part_of(event)
        self.usage = usage_of(event) or self.usage
        self.cached_tokens = cached_tokens_of(event) or self.cached_tokens
        self.answered = self.answered or part.choices
        self._end = part.end or self._end
        left = self._max_tokens * _MAX_CHARACTERS_PER_TOKEN + _CHARACTERS_MARGIN - self._characters
        received = part.text + part.reasoning
        self._characters += max(len(received), 1)  # so that empty parts cannot come without end
        if received:
            self._received.append(received)
        self._reasoned = self._reasoned or bool(part.reasoning)
        self.full = len(received) >= left or self._too_many()
        return self._delta(self._reasoning.shown(part.text[:left]))

    def rest(self) -> Delta:
        """The rest of what is to be shown, at the end."""
        last = self._delta(self._reasoning.rest()) or Delta()
        held = "" if self.cut else "".join(self._held)  # cut before its reasoning had ended, as far as is known
        text = last.text + held + self._redactor.rest()
        self._shown = self._shown or bool(text.strip())
        notes = (_UNCLOSED,) if self._shown and self._reasoning.unclosed else ()
        return Delta(text, withdrawn=last.withdrawn, notes=notes)

    def problem(self, base_url: str) -> LlmError | None:
        """What is wrong with the answer at its end, or None."""
        if self.cut:
            return None if self._shown else self._only_reasoning(base_url)
        if self._end in _FILTERED:
            return LlmError(f"{base_url} stopped the answer by its content filter. Rephrase the question.")
        if self._end in _FAILED:
            return LlmError(f"{base_url} stopped the answer because of an error. Try again.", retryable=True)
        if not self.answered and not self.is_done:
            return LlmError(not_the_protocol(base_url))
        if not self.ended and not self.is_done:
            return LlmError(f"The connection to {base_url} was lost during its answer. Try again.", retryable=True)
        return None if self._shown else self._empty(base_url)

    def _empty(self, base_url: str) -> LlmError:
        if self._reasoned or self._reasoning.reasoned:
            return LlmError(f"The model at {base_url} reasoned, and then returned an empty answer. Try again.")
        return LlmError(f"The model at {base_url} returned an empty answer. Try again, or choose another one.")

    def _only_reasoning(self, base_url: str) -> LlmError:
        if not (self._reasoned or self._reasoning.reasoned or self._held):
            return LlmError(
                f"The model at {base_url} returned an empty answer: its maximum of {self._max_tokens:,} tokens was "
                "reached before any text. Raise the maximum of answer tokens: it may have reasoned without showing it."
            )
        return LlmError(
            f"The model at {base_url} spent all {self._max_tokens:,} tokens on reasoning, before its answer began. "
            "Raise the maximum of answer tokens, or choose a model that does not reason first."
        )

    def _too_many(self) -> bool:
        """Whether there are more than `max_tokens`. Some servers send single letters, so parts are not enough."""
        parts, limit = len(self._received), self._max_tokens
        due = parts > limit and parts % limit == 1 % limit
        return due and self._count("".join(self._received)) > limit

    def _delta(self, text: str) -> Delta | None:
        """A text as it may be shown; after a withdrawal it replaces what was shown before."""
        withdrawn = self._reasoning.withdrawn
        if withdrawn:
            self._redactor, self._held, self._shown = KeyRedactor(self._key), [], False
        self._held.append(self._redactor.shown(text))
        if self._hold and not (self._reasoning.reasoned or self._reasoned):
            return None
        text, self._held = "".join(self._held), []
        self._shown = self._shown or bool(text.strip())
        return Delta(text, withdrawn=withdrawn) if text or withdrawn else None
