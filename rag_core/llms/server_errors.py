"""What went wrong with a chat model's server, as one LlmError."""

from __future__ import annotations

import math
import re
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from rag_core.llms.base import LlmError
from rag_core.servers.errors import ServerContext, readable

if TYPE_CHECKING:
    import httpx
    import openai

_NO_CREDIT = "insufficient_quota"
_PASSING = (408, 409, 425, 429)  # and all from 500 on
_HOPELESS = (401, 403, 404)
# OpenAI's, vLLM's, llama.cpp's and LM Studio's words for it.
_TOO_LONG = re.compile(r"context (size|length|window)|too long|too many tokens", re.IGNORECASE)


def llm_error(error: Exception, asked: ServerContext, timeout_s: float, *, reached: bool) -> LlmError | None:
    """None where the error is not the server's, but a bug. `reached`: the server has answered before."""
    import httpx
    import openai

    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException | TimeoutError):
        waited = f"{asked.base_url} said nothing for {timeout_s:g} s"
        return LlmError(f"{waited}. Try again, check that the server is well, or raise the timeout.", retryable=True)
    sentence = readable(error, asked)
    if sentence is None:
        return None
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, sentence)
    if type(error) is openai.APIError:  # in the middle of a stream
        return LlmError(sentence, retryable=not _is_refusal(error.body))
    if isinstance(error, openai.APIConnectionError | httpx.TransportError):
        # A server that was there may come back; where none ever was, the address is wrong.
        absent = isinstance(error.__cause__, httpx.ConnectError) and not reached
        return LlmError(sentence, retryable=not absent, fatal=absent)
    if reached:  # so the address is right
        return LlmError(f"{asked.base_url} broke off with what is no answer. Try again.", retryable=True)
    return LlmError(sentence, fatal=isinstance(error, httpx.InvalidURL))


def _of_status(error: openai.APIStatusError, sentence: str) -> LlmError:
    status, no_credit = error.status_code, error.code == _NO_CREDIT
    retryable = (status in _PASSING or status >= 500) and not no_credit
    fatal = status in _HOPELESS or no_credit or status < 400
    wait_s = _retry_after_s(error.response.headers) if retryable else None
    if status in (400, 413) and _TOO_LONG.search(sentence):
        sentence = f"{sentence.rstrip('.')}. State the model's context window where you chose it: what does not fit is "
        sentence += "then left out, by rank."
    if wait_s:
        sentence = f"{sentence.rstrip('.')}. It asks to wait {wait_s:,.0f} s."
    return LlmError(sentence, status=status, retryable=retryable, retry_after_s=wait_s, fatal=fatal)


def _is_refusal(body: object) -> bool:
    code = body.get("code") if isinstance(body, dict) else None
    return isinstance(code, int) and 400 <= code < 500 and code not in _PASSING


def _retry_after_s(headers: httpx.Headers) -> float | None:
    """How long the server asks to be left alone: seconds, or until a date (RFC 9110, 10.2.3)."""
    text = str(headers.get("retry-after") or "").strip()
    try:
        seconds = float(text) if not text[-3:].isalpha() else parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None
