"""What went wrong with a server that speaks OpenAI's protocol, in a sentence for the user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag_core import settings

if TYPE_CHECKING:
    import openai

_LONGEST_QUOTED = 200
_REDIRECTIONS = range(300, 400)
# What readers of JSON raise; the last of what is nested a thousand deep.
_UNREADABLE = AttributeError | TypeError | ValueError | KeyError | RecursionError
# What looks like a key, should a server quote it.
_KEY = re.compile(r"\b(sk-|key-)?[A-Za-z0-9_\-*]{20,}\b")


class ServerContext(NamedTuple):
    """Who was asked for what; the key only to keep it out of sentences."""

    model: str
    base_url: str
    key: str
    kind: str = "embedding model"
    key_variable: str = settings.OPENAI_API_KEY.name
    url_variable: str = settings.OPENAI_BASE_URL.name

    def __repr__(self) -> str:
        return f"ServerContext({self.model!r}, {self.base_url!r})"


def readable(error: Exception, asked: ServerContext) -> str | None:
    """What happened and what helps; None where the error is not the server's, but a bug."""
    import httpx
    import openai

    base_url, key = asked.base_url, asked.key
    if isinstance(error, httpx.InvalidURL):
        return f"{base_url} is not a server's address. Check how it is written."
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        if not key:
            variables = f"set {asked.key_variable}, and {asked.url_variable} to it"
            return f"{base_url} wants a key. Type it into the app, or {variables}."
        return f"{base_url} refused the key. Check it: it may be mistyped, expired, or another server's."
    if isinstance(error, openai.NotFoundError):
        what = f"{asked.kind} {asked.model!r}"
        return f"{base_url} has no {what}. Check the name and the address; it usually ends in /v1."
    if isinstance(error, openai.RateLimitError):
        words = said(error, key)
        return f"{base_url} takes no more requests for now: a limit or the account's credit is used up. {words}"
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return f"{base_url} did not answer in time. Try again, or check that the server is well."
    if isinstance(error, httpx.ReadError | httpx.RemoteProtocolError):
        return f"The connection to {base_url} was cut in the middle of its answer. Try again."
    if isinstance(error, openai.APIConnectionError | httpx.TransportError):
        return f"There is no connection to {base_url}. Check the address and the network, and that the server runs."
    if isinstance(error, openai.APIStatusError) and error.status_code in _REDIRECTIONS:
        place = redact_keys(error.response.headers.get("location", "another address"), key)
        return f"{base_url} sends elsewhere, to {place}. Give the address of the server that answers."
    if isinstance(error, openai.APIStatusError):
        return f"{base_url} answered with the error {error.status_code}. {said(error, key)}"
    if type(error) is openai.APIError:  # in the middle of a stream
        return f"{base_url} broke off with an error. {said(error, key)}"
    if isinstance(error, openai.APIError | httpx.DecodingError | _UNREADABLE):
        return f"{base_url} did not answer as OpenAI's protocol says. Check the address; it usually ends in /v1."
    return None


def said(error: openai.APIError, key: str) -> str:
    """The server's own words, if it had any."""
    body = error.body
    if isinstance(body, dict):
        body = next((body[name] for name in ("message", "detail", "error") if isinstance(body.get(name), str)), "")
    line = redact_keys(str(body or ""), key)
    return "Try again later." if not line or line.startswith("<") else f"It says: {line}"


def redact_keys(text: str, key: str) -> str:
    """In one line, short, and without what is or may be a key."""
    line = " ".join(text.split())
    line = line.replace(key, "…") if key else line
    return _KEY.sub("…", line)[:_LONGEST_QUOTED]
