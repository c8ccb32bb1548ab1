"""Asking a server again, after as long as it says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from rag_core.llms.base import LlmError

T = TypeVar("T")
MAX_ATTEMPTS = 6
_MOST_WAIT_S = 120.0
_backoff = wait_random_exponential(multiplier=0.5, max=30)


def _nobody(seconds: float) -> None:
    """The listener of those who do not watch."""


async def with_retries(
    call: Callable[[], Awaitable[T]],
    on_wait: Callable[[float], None] = _nobody,
    *,
    max_attempts: int = MAX_ATTEMPTS,
    refused_only: bool = False,
    backoff: Callable[[RetryCallState], float] = _backoff,
) -> T:
    """The call's result; where it failed with what may pass, it is made again, until `max_attempts` are made.

    `refused_only`: only where the server answered that it is busy or failed (429, 5xx), not where it said nothing.

    Between two tries it waits what the server asked for (Retry-After, at most two minutes), else longer and longer
    with chance in it, so that many calls do not come back at once (`backoff`). `on_wait` is told how long, in seconds.
    Raises the last LlmError.
    """
    retrying = AsyncRetrying(
        retry=retry_if_exception(
            lambda error: isinstance(error, LlmError) and error.retryable and bool(error.status or not refused_only)
        ),
        wait=lambda state: _wait_s(state, backoff),
        stop=stop_after_attempt(max_attempts),
        before_sleep=lambda state: on_wait(state.next_action.sleep if state.next_action else 0.0),
        reraise=True,
    )

    async def once() -> T:  # tenacity awaits what it knows to be asynchronous, and a lambda does not look so
        return await call()

    return await retrying(once)


def _wait_s(state: RetryCallState, backoff: Callable[[RetryCallState], float]) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after_s if isinstance(error, LlmError) else None
    return backoff(state) if asked is None else min(max(asked, 0.0), _MOST_WAIT_S)
