"""HTTP clients for one server of OpenAI's protocol: its key, its certificates, and no proxy to local servers.

They find out whether the protocol is under the address itself or under /v1, and give errors that a server sends as if
they were answers the status of an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx
from typing_extensions import override

from rag_core.servers.addresses import Endpoint
from rag_core.servers.certificates import ssl_context
from rag_core.servers.credentials import environment_headers, is_default_server
from rag_core.servers.errors import SENT_STATUS
from rag_core.servers.messages import error_code_in

_ABSENT = (404, 405)
# OpenAI's client looks at this module where it is loaded, and fails where another thread has loaded half of it.
with suppress(ImportError):
    import_module("httpx2")


class Route:
    """Where a server has the protocol: found with the first request that it answers, and remembered."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.bases = endpoint.bases()
        self.base = self.bases[0]  # for clients of the protocol
        self.found: str | None = None

    def requests(self, request: httpx.Request) -> Iterator[tuple[str, httpx.Request]]:
        """The request at each address where the server may answer it, with that address's base."""
        for base in [self.found] if self.found else self.bases:
            place = str(request.url).removeprefix(self.base)
            yield base, (request if base == self.base else _moved(request, base + place))

    def accepts(self, base: str, response: httpx.Response) -> bool:
        """Whether the protocol is at this base; a missing model counts as a missing page here, since both are 404."""
        is_page = response.is_success and "text/html" in response.headers.get("content-type", "")
        if response.status_code in _ABSENT or is_page:
            return False
        self.found = base if response.is_success else self.found
        return True


def _moved(request: httpx.Request, url: str) -> httpx.Request:
    # To the same host. Made of a stream, a request gets no headers but those that it is given.
    options: dict[str, Any] = {"headers": request.headers, "stream": request.stream, "extensions": request.extensions}
    return httpx.Request(request.method, url, **options)


def _best(refusals: list[httpx.Response]) -> httpx.Response:
    """The response that says most: an error in JSON, which can be that of an unknown model, rather than a page."""
    return next((one for one in refusals if _is_json(one)), refusals[0])


def _is_json(response: httpx.Response) -> bool:
    return "json" in response.headers.get("content-type", "")


def _may_hold_error(response: httpx.Response) -> bool:
    return response.request.method == "POST" and response.is_success and _is_json(response)


def _give_status(response: httpx.Response) -> None:
    """Give an error under status 200 the status that it names, so that nobody takes it for an answer."""
    code = error_code_in(response.content)
    if code is not None:
        response.extensions[SENT_STATUS] = response.status_code
        response.status_code = code


class ServerClient(httpx.AsyncClient):
    """A client for one server in an event loop."""

    def __init__(self, endpoint: Endpoint, key: str, timeout_s: float) -> None:
        async def authorize(request: httpx.Request) -> None:
            _set_headers(request, endpoint, key)

        super().__init__(event_hooks={"request": [authorize]}, **_options(endpoint, timeout_s))
        self.route = Route(endpoint)

    @override
    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        refusals: list[httpx.Response] = []
        for base, one in self.route.requests(request):
            response = await super().send(one, **options)
            if self.route.accepts(base, response):
                if _may_hold_error(response):
                    await response.aread()
                    _give_status(response)
                return response
            refusals.append(response)
        best = _best(refusals)
        for other in refusals:
            if other is not best:
                await other.aclose()
        return best


def is_local(base_url: str) -> bool:
    """Whether the server runs on this machine."""
    host = urlsplit(base_url).hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def _options(endpoint: Endpoint, timeout_s: float) -> dict[str, Any]:
    """The options of the client. It follows no redirects: documents' text and the key are for this server alone."""
    return {
        "follow_redirects": False,
        "timeout": timeout_s,
        "trust_env": not is_local(endpoint.address),  # proxies; certificates count for all
        "verify": ssl_context(endpoint.address),
        "params": {"api-version": endpoint.api_version} if endpoint.api_version else None,
        "limits": httpx.Limits(max_connections=None, max_keepalive_connections=20),
    }


def _set_headers(request: httpx.Request, endpoint: Endpoint, key: str) -> None:
    """Put in the key, as it is sent: so it is in nothing that LlamaIndex and OpenAI's client show or log."""
    if not is_default_server(endpoint.address):
        for name in environment_headers():
            request.headers.pop(name, None)
    request.headers.pop("Authorization", None)
    request.headers.update(endpoint.key_headers(key))
