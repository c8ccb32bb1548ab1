"""The events of a streamed response (text/event-stream), or the one value of a response that is not streamed."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Protocol

DONE = "[DONE]"  # OpenAI's last event
_MAX_BYTES = 50_000_000  # of one event
_JSON = "application/json"


class Response(Protocol):
    """What is needed of a response of OpenAI's client."""

    headers: Any
    http_request: Any

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """The body, part by part."""


async def events_of(response: Response) -> AsyncGenerator[Any]:
    """The events' JSON, and `DONE` where the server says that there are no more.

    Raises openai.APIError where an event is an error, ValueError where one is not JSON.
    """
    if str(response.headers.get("content-type", "")).startswith(_JSON):  # a server that does not stream
        yield _checked(json.loads(b"".join([part async for part in response.iter_bytes()])), response)
        yield DONE
        return
    async for data in _data(response.iter_bytes()):
        if data.startswith(DONE.encode()):
            yield DONE
            return
        yield _checked(json.loads(data), response)


async def _data(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The data of the events, which end with an empty line; comments and other fields are skipped."""
    lines: list[bytes] = []
    async for line in _lines(parts):
        if line.startswith(b"data:"):
            lines.append(line.removeprefix(b"data:").removeprefix(b" "))
        elif not line and lines:
            yield b"\n".join(lines)
            lines = []
    if lines:
        yield b"\n".join(lines)


async def _lines(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The lines without their ends; a letter such as U+2028 ends none."""
    rest = b""
    async for part in parts:
        *lines, rest = (rest + part).replace(b"\r\n", b"\n").split(b"\n")
        if len(rest) > _MAX_BYTES:
            raise ValueError(f"An event is longer than {_MAX_BYTES:,} bytes.")
        for line in lines:
            yield line.removesuffix(b"\r")
    if rest:
        yield rest


def _checked(event: Any, response: Response) -> Any:
    """The event; raises openai.APIError where it is an error under a status that is none."""
    import openai

    if not isinstance(event, dict):
        raise ValueError("An event is not a JSON object.")
    error = event.get("error") or (event if event.get("object") == "error" or _is_refusal(event) else None)
    if error:
        message = error.get("message") if isinstance(error, dict) else error
        raise openai.APIError(str(message or ""), response.http_request, body=error)
    return event


def _is_refusal(event: dict[str, Any]) -> bool:
    """Whether it is an error in FastAPI's form."""
    return "detail" in event and "choices" not in event
