"""Errors of servers of OpenAI's protocol, each as a sentence for the user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag_core import settings

if TYPE_CHECKING:
    import openai

_MAX_QUOTED = 200
_REDIRECTS = range(300, 400)
# What parsing JSON raises; the last one where it is nested a thousand levels deep.
_MALFORMED = AttributeError | TypeError | ValueError | KeyError | RecursionError
# What looks like a key, in case a server quotes it.
_KEY = re.compile(r"\b(sk-|key-)?[A-Za-z0-9_\-*]{20,}\b")


class ServerContext(NamedTuple):
    """The model and server of a request, for messages; the key is only used to redact it."""

    model: str
    base_url: str
    key: str
    kind: str = "embedding model"
    key_variable: str = settings.OPENAI_API_KEY.name
    url_variable: str = settings.OPENAI_BASE_URL.name

    def __repr__(self) -> str:
        return f"ServerContext({self.model!r}, {self.base_url!r})"


def describe_error(error: Exception, context: ServerContext) -> str | None:
    """What happened and what helps; None where the error is a bug and not the server's."""
    import httpx
    import openai

    base_url, key = context.base_url, context.key
    if isinstance(error, httpx.InvalidURL):
        return f"{base_url} is not a server's address. Check its spelling."
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        if not key:
            variables = f"set {context.key_variable}, and {context.url_variable} to it"
            return f"{base_url} requires an API key. Type it into the app, or {variables}."
        return f"{base_url} rejected the API key. Check it: it may be mistyped, expired, or another server's."
    if isinstance(error, openai.NotFoundError):
        what = f"{context.kind} {context.model!r}"
        return f"{base_url} has no {what}. Check the name and the address; it usually ends in /v1."
    if isinstance(error, openai.RateLimitError):
        return f"{base_url} refused the request: rate limit or quota reached. {server_message(error, key)}"
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return f"The request to {base_url} timed out. Try again, or check that the server works."
    if isinstance(error, httpx.ReadError | httpx.RemoteProtocolError):
        return f"The connection to {base_url} was lost during its answer. Try again."
    if isinstance(error, openai.APIConnectionError | httpx.TransportError):
        return f"Connecting to {base_url} failed. Check the address and the network, and that the server is running."
    if isinstance(error, openai.APIStatusError) and error.status_code in _REDIRECTS:
        place = redact_keys(error.response.headers.get("location", "another address"), key)
        return f"{base_url} redirects to {place}. Enter the address of the server that answers."
    if isinstance(error, openai.APIStatusError):
        return f"{base_url} answered with the error {error.status_code}. {server_message(error, key)}"
    if type(error) is openai.APIError:  # in the middle of a stream
        return f"{base_url} stopped with an error. {server_message(error, key)}"
    if isinstance(error, openai.APIError | httpx.DecodingError | _MALFORMED):
        return f"{base_url} did not answer by OpenAI's protocol. Check the address; it usually ends in /v1."
    return None


def server_message(error: openai.APIError, key: str) -> str:
    """The server's own message without keys, or advice to try again later."""
    body = error.body
    if isinstance(body, dict):
        body = next((body[name] for name in ("message", "detail", "error") if isinstance(body.get(name), str)), "")
    line = redact_keys(str(body or ""), key)
    return "Try again later." if not line or line.startswith("<") else f"Its message: {line}"


def redact_keys(text: str, key: str) -> str:
    """The text in one line, shortened, and without what is or may be a key."""
    line = " ".join(text.split())
    line = line.replace(key, "…") if key else line
    return _KEY.sub("…", line)[:_MAX_QUOTED]
