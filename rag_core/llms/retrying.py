"""Retries of calls to a server, after the time that it asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from rag_core.llms.base import LlmError

T = TypeVar("T")
MAX_ATTEMPTS = 6
_MAX_WAIT_S = 120.0
_backoff = wait_random_exponential(multiplier=0.5, max=30)


def _ignore(seconds: float) -> None:
    """The default listener."""


async def with_retries(
    call: Callable[[], Awaitable[T]],
    on_wait: Callable[[float], None] = _ignore,
    *,
    max_attempts: int = MAX_ATTEMPTS,
    status_only: bool = False,
    backoff: Callable[[RetryCallState], float] = _backoff,
) -> T:
    """The result of a call, which is repeated after retryable errors, up to `max_attempts` times in all.

    With `status_only`, only after an error status (429, 5xx), not after a timeout or a lost connection.

    Between two attempts it waits as long as the server asks for (Retry-After, at most two minutes), else with
    exponential backoff and jitter, so that many calls do not return at once. `on_wait` receives the seconds.
    Raises the last LlmError.
    """
    retrying = AsyncRetrying(
        retry=retry_if_exception(
            lambda error: isinstance(error, LlmError) and error.retryable and bool(error.status or not status_only)
        ),
        wait=lambda state: _wait_s(state, backoff),
        stop=stop_after_attempt(max_attempts),
        before_sleep=lambda state: on_wait(state.next_action.sleep if state.next_action else 0.0),
        reraise=True,
    )

    async def once() -> T:  # tenacity awaits only what it recognizes as a coroutine function, and a partial is none
        return await call()

    return await retrying(once)


def _wait_s(state: RetryCallState, backoff: Callable[[RetryCallState], float]) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after_s if isinstance(error, LlmError) else None
    return backoff(state) if asked is None else min(max(asked, 0.0), _MAX_WAIT_S)
