"""The events of a streamed response (text/event-stream), or the one value of a response that is not streamed."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any, Protocol

from rag_core.servers.messages import is_error, message_in

DONE = "[DONE]"  # OpenAI's last event
_MAX_BYTES = 50_000_000  # of one event
_JSON = "application/json"
_ERROR = b"error"  # the name of an event that is one
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


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
    async for name, data in _data(response.iter_bytes()):
        for value in _values(data, is_named_error=name == _ERROR, response=response):
            yield value
            if value == DONE:
                return


def _values(data: bytes, *, is_named_error: bool, response: Response) -> Iterator[Any]:
    """The JSON of an event; of each of its lines where a server leaves out the empty lines between events."""
    import openai

    texts = [data]
    if b"\n" in data and not _is_json(data):
        texts = data.split(b"\n")
    for text in texts:
        if text.strip().upper().startswith(DONE.encode()):
            yield DONE
        elif is_named_error and not _is_json(text):
            raise openai.APIError(
                text.decode(errors="replace"), response.http_request, body=text.decode(errors="replace")
            )
        else:
            yield _checked(json.loads(text), response, is_named_error=is_named_error)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


async def _data(parts: AsyncIterator[bytes]) -> AsyncIterator[tuple[bytes, bytes]]:
    """The name and the data of the events, which end with an empty line; comments and other fields are skipped.

    A line of JSON is an event too: some servers send nothing else, whatever they call it.
    """
    lines: list[bytes] = []
    name = b""
    async for line in _lines(parts):
        if line.startswith(b"data:"):
            lines.append(line.removeprefix(b"data:").removeprefix(b" "))
        elif line.startswith(b"{"):
            lines.append(line)
        elif line.startswith(b"event:"):
            name = line.removeprefix(b"event:").strip()
        elif not line:
            if lines:
                yield name, b"\n".join(lines)
            lines, name = [], b""
    if lines:
        yield name, b"\n".join(lines)


async def _lines(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The lines without their ends; a letter such as U+2028 ends none."""
    rest = b""
    async for part in parts:
        *lines, rest = (rest + part).replace(b"\r\n", b"\n").split(b"\n")
        if len(rest) > _MAX_BYTES:
            raise ValueError(f"An event is longer than {_MAX_BYTES:,} bytes.")
        for line in lines:
            yield line.removeprefix(_BYTE_ORDER_MARK).removesuffix(b"\r")
    if rest:
        yield rest


def _checked(event: Any, response: Response, *, is_named_error: bool = False) -> Any:
    """The event; raises openai.APIError where it is an error under a status that is none."""
    import openai

    if not isinstance(event, dict):
        raise ValueError("An event is not a JSON object.")
    error = event.get("error") or _of_choice(event)
    error = error or (event if is_named_error or is_error(event) else None)
    if error:
        raise openai.APIError(message_in(error), response.http_request, body=error)
    return event


def _of_choice(event: dict[str, Any]) -> Any:
    """The error of a choice, where a gateway puts that of the server behind it."""
    choices = event.get("choices")
    found = [choice.get("error") for choice in choices if isinstance(choice, dict)] if isinstance(choices, list) else []
    return next(filter(None, found), None)
