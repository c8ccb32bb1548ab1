"""Errors of a chat model's server as LlmErrors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag_core.llms.base import LlmError
from rag_core.servers.errors import ServerContext, describe_error
from rag_core.servers.retry_after import retry_after_s

if TYPE_CHECKING:
    import openai

_NO_CREDIT = "insufficient_quota"
_RETRYABLE = (408, 409, 425, 429)  # and all from 500 on
_FATAL = (401, 403, 404)
# The wording of OpenAI, vLLM, llama.cpp and LM Studio.
_TOO_LONG = re.compile(r"context (size|length|window)|too long|too many tokens", re.IGNORECASE)


def llm_error(error: Exception, context: ServerContext, timeout_s: float, *, reached: bool) -> LlmError | None:
    """The error as an LlmError; None where it is a bug. `reached`: the server has answered before."""
    import httpx
    import openai

    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException | TimeoutError):
        problem = f"{context.base_url} timed out after {timeout_s:g} s"
        return LlmError(f"{problem}. Try again, check that the server works, or raise the timeout.", retryable=True)
    sentence = describe_error(error, context)
    if sentence is None:
        return None
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, sentence)
    if type(error) is openai.APIError:  # in the middle of a stream
        return LlmError(sentence, retryable=not _is_refusal(error.body))
    if isinstance(error, openai.APIConnectionError | httpx.TransportError):
        # A server that has answered may come back; where none ever did, the address is wrong.
        absent = isinstance(error.__cause__, httpx.ConnectError) and not reached
        return LlmError(sentence, retryable=not absent, fatal=absent)
    if reached:  # so the address is right
        return LlmError(f"{context.base_url} stopped with something that is not an answer. Try again.", retryable=True)
    return LlmError(sentence, fatal=isinstance(error, httpx.InvalidURL))


def _of_status(error: openai.APIStatusError, sentence: str) -> LlmError:
    status, no_credit = error.status_code, error.code == _NO_CREDIT
    retryable = (status in _RETRYABLE or status >= 500) and not no_credit
    fatal = status in _FATAL or no_credit or status < 400
    wait_s = retry_after_s(error.response.headers) if retryable else None
    if status in (400, 413) and _TOO_LONG.search(sentence):
        sentence = f"{sentence.rstrip('.')}. Enter the model's context window where you chose the model: what does not "
        sentence += "fit is then left out, by rank."
    if wait_s:
        sentence = f"{sentence.rstrip('.')}. It asks for a wait of {wait_s:,.0f} s."
    return LlmError(sentence, status=status, retryable=retryable, retry_after_s=wait_s, fatal=fatal)


def _is_refusal(body: object) -> bool:
    code = body.get("code") if isinstance(body, dict) else None
    return isinstance(code, int) and 400 <= code < 500 and code not in _RETRYABLE
