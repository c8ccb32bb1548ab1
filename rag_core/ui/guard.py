"""What stands before Streamlit's server: which host names it answers to, whose websockets it takes, and no framing.

Streamlit alone takes a websocket from any other port of this machine, and, since it compares the origin with the host
that the request names, from any site whose name leads to this machine. Whoever has the websocket can click everything.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

_log = logging.getLogger(__name__)
_HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
}
_READING = ("GET", "HEAD", "OPTIONS")
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class Guard:
    """Refuses requests for other hosts and websockets of other origins, and forbids other origins to frame a page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with the reason why not."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif problem := _problem(scope):
            _log.warning("Refused: %s", problem)
            await _refuse(scope, receive, send, problem)
        else:
            await self._app(scope, receive, _with_headers(send))


def _problem(scope: Scope) -> str:
    headers = Headers(scope=scope)
    host = headers.get("host")
    if host is not None and not _is_own_host(host):  # a browser always sends it
        return (
            f"this server is not known as {host!r}. If it is right, start it with --browser.serverAddress and that "
            "name, or list all its names with --server.allowedHosts."
        )
    changes_nothing = scope["type"] == "http" and scope["method"] in _READING
    if not changes_nothing and not all(_is_own_origin(origin, host) for origin in headers.getlist("origin")):
        return (
            f"a page of {headers.get('origin')!r} may not use the server at {host!r}. If it is the server's own "
            "address, let the proxy before it pass on the Host header, or start it with --server.corsAllowedOrigins."
        )
    return ""


def _is_own_host(host: str) -> bool:
    """Whether the server is served under this name; one that is an IP address cannot be made to lead elsewhere."""
    if config.get_option("server.allowedHosts"):
        return is_host_allowed(host)
    name = _hostname(host)
    return name in _own_names() or _is_ip_address(name)


def _own_names() -> set[str]:
    configured = [config.get_option("server.address"), config.get_option("browser.serverAddress")]
    machine = socket.gethostname().lower()
    names = {"localhost", machine, machine.partition(".")[0], f"{machine.partition('.')[0]}.local"}
    return names | {_hostname(name) for name in configured if name} | set(_hosts(_allowed_origins()))


def _is_own_origin(origin: str, host: str | None) -> bool:
    if origin in _allowed_origins():
        return True
    theirs = _split(origin)
    ours = _split(f"{theirs.scheme}://{host}") if theirs and host else None
    return bool(theirs and ours) and _place(theirs) == _place(ours)


def _allowed_origins() -> list[str]:
    return [origin.strip().rstrip("/") for origin in config.get_option("server.corsAllowedOrigins")]


def _hosts(origins: Iterable[str]) -> list[str]:
    return [name for origin in origins if (name := _hostname(urlsplit(origin).netloc))]


def _place(address: SplitResult | None) -> tuple[str | None, int | None]:
    assert address is not None
    return address.hostname, address.port or _DEFAULT_PORTS.get(address.scheme)


def _split(url: str) -> SplitResult | None:
    """The parts of an address; None where it has no host, as that of a page in a sandbox, or is malformed."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return None
    return parts if parts.hostname else None


def _hostname(host: str) -> str:
    """The name without a port, in lower case; empty if there is none."""
    parts = _split(f"//{host}") if host.count(":") < 2 or host.startswith("[") else _split(f"//[{host}]")
    return (parts.hostname or "").rstrip(".") if parts and parts.username is None and not parts.path else ""


def _is_ip_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


async def _refuse(scope: Scope, receive: Receive, send: Send, problem: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
    else:
        await PlainTextResponse(f"Refused: {problem}\n", 403, _HEADERS)(scope, receive, send)


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_HEADERS)
        await send(message)

    return send_with_headers
