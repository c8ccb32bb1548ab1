"""Request options that some servers reject: a request is sent with all of them, then again without a rejected one."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")
_NAMES = ("stream_options", "temperature", "max_tokens")
_REJECTION = re.compile(
    r"unsupported|not support|not allowed|not permitted|unrecogni[sz]ed|unknown|unexpected|extra|not recogni[sz]ed",
    re.I,
)


class RequestOptions:
    """The options of requests to one server, without those that it has rejected before."""

    def __init__(self) -> None:
        self._rejected: set[str] = set()

    async def send(self, request: Callable[[dict[str, Any]], Awaitable[T]], max_tokens: int) -> T:
        """The result of `request(options)`; repeated without an option that the server rejects. Raises other errors."""
        import openai

        while True:
            try:
                return await request(self._options(max_tokens))
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                named = next((name for name in _NAMES if name not in self._rejected and _rejects(error, name)), None)
                if named is None:
                    raise
                self._rejected.add(named)

    def _options(self, max_tokens: int) -> dict[str, Any]:
        from openai import NOT_GIVEN

        options: dict[str, Any] = {"stream_options": {"include_usage": True}, "max_tokens": max_tokens}
        if "max_tokens" in self._rejected:
            options["max_completion_tokens"] = max_tokens
        return options | dict.fromkeys(self._rejected, NOT_GIVEN)


def _rejects(error: Any, name: str) -> bool:
    text = f"{error.body} {error.message}"
    return name in text and bool(_REJECTION.search(text))
