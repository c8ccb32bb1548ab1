"""Request options that some servers reject: a request is sent with all of them, then again without a rejected one."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")
_NAMES = ("stream_options", "temperature", "max_tokens")
_REFUSED = re.compile(
    r"unsupported|not support|not allowed|not permitted|unrecogni[sz]ed|unknown|unexpected|extra|not recogni[sz]ed",
    re.I,
)


class RequestOptions:
    """What one server refuses is remembered: it is asked only once too much."""

    def __init__(self) -> None:
        self._refused: set[str] = set()

    async def tried(self, ask: Callable[[dict[str, Any]], Awaitable[T]], max_tokens: int) -> T:
        """The answer of `ask(options)`; raises what it raises, unless that refuses an option."""
        import openai

        while True:
            try:
                return await ask(self._options(max_tokens))
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                named = next((name for name in _NAMES if name not in self._refused and _refuses(error, name)), None)
                if named is None:
                    raise
                self._refused.add(named)

    def _options(self, max_tokens: int) -> dict[str, Any]:
        from openai import NOT_GIVEN

        options: dict[str, Any] = {"stream_options": {"include_usage": True}, "max_tokens": max_tokens}
        if "max_tokens" in self._refused:
            options["max_completion_tokens"] = max_tokens
        return options | dict.fromkeys(self._refused, NOT_GIVEN)


def _refuses(error: Any, name: str) -> bool:
    text = f"{error.body} {error.message}"
    return name in text and bool(_REFUSED.search(text))
