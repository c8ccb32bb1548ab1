"""Closes the connections of answers that nobody reads to their end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

_begun: ContextVar[list[httpx.Response]] = ContextVar("_begun")


async def note_response(response: httpx.Response) -> None:
    """Have `closing_responses` close a response that has begun."""
    _begun.get([]).append(response)


@asynccontextmanager
async def closing_responses() -> AsyncIterator[None]:
    """Close the connections of requests made inside: LlamaIndex leaves those of unfinished answers open."""
    responses: list[httpx.Response] = []
    _begun.set(responses)
    try:
        yield
    finally:
        for response in responses:
            await response.aclose()
