"""Validation of server addresses and API keys, and headers that must not reach other servers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag_core.errors import UserError
from rag_core.servers.credentials import environment_headers

if TYPE_CHECKING:
    import httpx


def checked_address(base_url: str) -> str:
    """The address without white space and final slashes; raises UserError where it is malformed."""
    address = base_url.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:  # an unclosed bracket, a port that is not a number
        parts = urlsplit("")
    is_valid = parts.scheme in ("http", "https") and parts.hostname and not any(map(str.isspace, address))
    if not is_valid or "@" in address or "?" in address or "#" in address:
        # Not quoted: it may contain a password.
        raise UserError(
            "That is not a server's address. Write it like http://localhost:11434/v1, without a user name and "
            "without a query."
        )
    return address


def checked_key(key: str) -> str:
    """The key without white space around it; raises UserError where it cannot be one."""
    key = key.strip()
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise UserError("The key contains spaces, line breaks or characters that no key has. Copy it again.")
    return key


def host_of(base_url: str) -> str:
    """The host and port of a checked address, for display."""
    return urlsplit(base_url).netloc


def strip_environment_headers(request: httpx.Request) -> None:
    """Remove the headers that OpenAI's client adds because of environment variables, whatever the server."""
    for name in environment_headers():
        request.headers.pop(name, None)
