"""Addresses and keys as they were typed, and what goes to no other server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag_core.errors import UserError
from rag_core.servers.credentials import environment_headers

if TYPE_CHECKING:
    import httpx


def checked_address(base_url: str) -> str:
    """The address without what does not count; raises UserError where it is none."""
    address = base_url.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:  # brackets that do not close, a port that is no number
        parts = urlsplit("")
    fine = parts.scheme in ("http", "https") and parts.hostname and not any(map(str.isspace, address))
    if not fine or "@" in address or "?" in address or "#" in address:
        # Not quoted: it may hold a password.
        raise UserError(
            "That is not a server's address. Write it like http://localhost:11434/v1, without a user's name or "
            "anything after a question mark."
        )
    return address


def checked_key(key: str) -> str:
    """The key without white space around it; raises UserError where it can be none."""
    key = key.strip()
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise UserError("The key holds spaces, line breaks or letters that no key has. Copy it once more.")
    return key


def host_of(base_url: str) -> str:
    """Of a checked address: the host and its port, for people."""
    return urlsplit(base_url).netloc


def strip_environment_headers(request: httpx.Request) -> None:
    """OpenAI's client sends what the environment says for one server to any."""
    for name in environment_headers():
        request.headers.pop(name, None)
