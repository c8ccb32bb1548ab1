"""What went wrong with a chat model's server, as one LlmError."""

from __future__ import annotations

import email.utils
import time
from typing import TYPE_CHECKING

from rag_core.llms.base import LlmError
from rag_core.servers.errors import Asked, readable

if TYPE_CHECKING:
    import httpx

_NO_CREDIT = "insufficient_quota"
_FIRST_SERVER_ERROR = 500
_HOPELESS = (401, 403, 404)


def llm_error(error: Exception, asked: Asked, timeout_s: float) -> LlmError | None:
    """None where the error is not the server's, but a bug."""
    import httpx
    import openai

    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        waited = f"{asked.base_url} said nothing for {timeout_s:g} s"
        return LlmError(f"{waited}. Try again, check that the server is well, or raise the timeout.", may_pass=True)
    sentence = readable(error, asked)
    if sentence is None:
        return None
    if isinstance(error, openai.APIStatusError):
        status = error.status_code
        passing = status >= _FIRST_SERVER_ERROR or (status == 429 and error.code != _NO_CREDIT)
        wait_s = _retry_after_s(error.response.headers)
        return LlmError(sentence, status=status, may_pass=passing, retry_after_s=wait_s, hopeless=status in _HOPELESS)
    broken = isinstance(error, openai.APIConnectionError | httpx.TransportError)
    return LlmError(sentence, may_pass=broken, hopeless=isinstance(error, httpx.InvalidURL))


def _retry_after_s(headers: httpx.Headers) -> float | None:
    """How long the server asks to be left alone: seconds, or until a date (RFC 9110, 10.2.3)."""
    text = str(headers.get("retry-after") or "").strip()
    try:
        return float(text)
    except ValueError:
        parsed = email.utils.parsedate_tz(text) if text else None
    return None if parsed is None else max(email.utils.mktime_tz(parsed) - time.time(), 0.0)
