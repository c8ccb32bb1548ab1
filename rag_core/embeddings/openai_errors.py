"""What went wrong with a server that speaks OpenAI's protocol, in a sentence for the user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import openai

_LONGEST_QUOTED = 200
# What looks like a key, should a server quote it.
_KEY = re.compile(r"\b(sk-|key-)?[A-Za-z0-9_\-*]{20,}\b")


def readable(error: Exception, model: str, base_url: str, key: str) -> str | None:
    """What happened and what helps; None where the error is not the server's, but a bug."""
    import httpx
    import openai

    if isinstance(error, httpx.InvalidURL):
        return f"{base_url} is not a server's address. Check how it is written."
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        if not key:
            return f"{base_url} wants a key. Type it into the app, or set OPENAI_API_KEY, and OPENAI_BASE_URL to it."
        return f"{base_url} refused the key. Check it: it may be mistyped, expired, or another server's."
    if isinstance(error, openai.NotFoundError):
        return f"{base_url} has no embedding model {model!r}. Check the name and the address; it usually ends in /v1."
    if isinstance(error, openai.RateLimitError):
        said = _said(error, key)
        return f"{base_url} takes no more requests for now: a limit or the account's credit is used up. {said}"
    if isinstance(error, openai.APITimeoutError):
        return f"{base_url} did not answer in time. Try again, or check that the server is well."
    if isinstance(error, openai.APIConnectionError):
        return f"There is no connection to {base_url}. Check the address and the network, and that the server runs."
    if isinstance(error, openai.APIStatusError):
        return f"{base_url} answered with the error {error.status_code}. {_said(error, key)}"
    if isinstance(error, openai.APIError | AttributeError | TypeError | ValueError | KeyError):
        return f"{base_url} did not answer as OpenAI's protocol says. Check the address; it usually ends in /v1."
    return None


def _said(error: openai.APIError, key: str) -> str:
    """The server's own words: one line, short, and without what is or may be a key."""
    body = error.body
    if isinstance(body, dict):
        body = next((body[name] for name in ("message", "detail", "error") if isinstance(body.get(name), str)), "")
    line = " ".join(str(body or "").split())
    if not line or line.startswith("<"):
        return "Try again later."
    line = line.replace(key, "…") if key else line
    return f"It says: {_KEY.sub('…', line)[:_LONGEST_QUOTED]}"
