"""Options that not every server takes: it is asked with all of them, and once more without what it refuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")
# Longer names first: "max_tokens" is what a server names that wants max_completion_tokens.
_NAMES = ("stream_options", "temperature", "max_completion_tokens", "max_tokens")


class Options:
    """What one server refuses is remembered: it is asked only once too much."""

    def __init__(self) -> None:
        self._refused: set[str] = set()

    async def tried(self, ask: Callable[[str, dict[str, Any]], Awaitable[T]], prompt: str, most_tokens: int) -> T:
        """The answer of `ask(prompt, options)`; raises what it raises, unless that names an option."""
        import openai

        for _ in _NAMES:
            try:
                return await ask(prompt, self._options(most_tokens))
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                named = _named(str(error.body) + error.message, self._refused)
                if not named:
                    raise
                self._refused.add(named)
        return await ask(prompt, self._options(most_tokens))

    def _options(self, most_tokens: int) -> dict[str, Any]:
        from openai import NOT_GIVEN

        options: dict[str, Any] = {"stream_options": {"include_usage": True}, "max_tokens": most_tokens}
        if "max_tokens" in self._refused:
            options = {**options, "max_tokens": NOT_GIVEN, "max_completion_tokens": most_tokens}
        if "temperature" in self._refused:
            options["temperature"] = NOT_GIVEN
        return {name: value for name, value in options.items() if name == "max_tokens" or name not in self._refused}


def _named(text: str, refused: set[str]) -> str:
    if "max_tokens" in text and "max_tokens" not in refused:
        return "max_tokens"
    return next((name for name in _NAMES if name in text and name not in refused), "")
