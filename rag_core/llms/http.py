"""The HTTP client of chat models: for one server only, with its key, and without a proxy to local servers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag_core.servers.addresses import strip_environment_headers
from rag_core.servers.credentials import is_default_server

if TYPE_CHECKING:
    import httpx

_begun: ContextVar[list[httpx.Response]] = ContextVar("_begun")


def http_client(base_url: str, key: str, timeout_s: float) -> httpx.AsyncClient:
    """A client that follows no redirects: documents' text and the key are for this server alone."""
    import httpx

    async def authorize(request: httpx.Request) -> None:
        if not is_default_server(base_url):
            strip_environment_headers(request)
        request.headers.pop("Authorization", None)
        if key:  # set here, the key is in nothing that LlamaIndex and OpenAI's client show or log
            request.headers["Authorization"] = f"Bearer {key}"

    async def record(response: httpx.Response) -> None:
        _begun.get([]).append(response)

    return httpx.AsyncClient(
        event_hooks={"request": [authorize], "response": [record]},
        follow_redirects=False,
        timeout=timeout_s,
        trust_env=not is_local(base_url),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
    )


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


def is_local(base_url: str) -> bool:
    """Whether the server runs on this machine."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
