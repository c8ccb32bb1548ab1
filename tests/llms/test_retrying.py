"""Asking again: when, how often, and after how long."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from rag_core.llms.base import LlmError
from rag_core.llms.retrying import MAX_ATTEMPTS, with_retries
from rag_core.servers import loop
from rag_core.servers.retry_after import retry_after_s
from tests.fakes.openai_server import ANSWER, OpenAIServer
from tests.llms.asking import QUESTION, completed, model_at
from tests.waiting import wait_until


class Failing:
    """Raises what it is given, one a call, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0
        self.waits: list[float] = []

    async def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "otters"

    def run(self) -> str:
        return asyncio.run(with_retries(self, on_wait=self.waits.append))


def passing(retry_after_s: float | None = None) -> LlmError:
    return LlmError("Busy.", status=429, retryable=True, retry_after_s=retry_after_s)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits, which take no time."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return slept


def test_a_call_that_succeeds_is_made_once(slept: list[float]) -> None:
    call = Failing()
    assert (call.run(), call.calls, call.waits, slept) == ("otters", 1, [], [])


def test_it_waits_as_long_as_the_server_asks_up_to_a_limit(slept: list[float]) -> None:
    call = Failing(passing(7.0), passing(0.0), passing(9999.0))
    assert call.run() == "otters"
    assert slept == call.waits == [7.0, 0.0, 120.0]


def test_without_retry_after_it_waits_longer_and_longer(slept: list[float]) -> None:
    longest = [0.0] * (MAX_ATTEMPTS - 1)
    for _ in range(200):
        slept.clear()
        Failing(*[passing() for _ in longest]).run()
        longest = [max(pair) for pair in zip(longest, slept, strict=True)]
    assert longest == sorted(longest)
    assert longest[-1] > 4
    assert max(longest) <= 30


def test_it_stops_with_the_last_error(slept: list[float]) -> None:
    errors = [passing() for _ in range(MAX_ATTEMPTS + 1)]
    call = Failing(*errors)
    with pytest.raises(LlmError) as raised:
        call.run()
    assert (raised.value, call.calls) == (errors[MAX_ATTEMPTS - 1], MAX_ATTEMPTS)


@pytest.mark.parametrize("error", [LlmError("No.", status=401, fatal=True), LlmError("No."), ValueError("a bug")])
def test_permanent_errors_are_raised_at_once(error: Exception, slept: list[float]) -> None:
    call = Failing(error)
    with pytest.raises(type(error)) as raised:
        call.run()
    assert (raised.value, call.calls) == (error, 1)


def test_a_wait_can_be_cancelled(hostile: OpenAIServer) -> None:
    llm = model_at(hostile.base_url, "429:60")
    waits: list[float] = []
    future = loop.submit(with_retries(lambda: llm.complete(QUESTION), on_wait=waits.append))
    wait_until(lambda: waits)
    future.cancel()
    assert future.cancelled()
    assert (waits, len(hostile.requests)) == ([60.0], 1)


@pytest.mark.parametrize(("name", "expected_waits"), [("429:0.3", [0.3]), ("500-twice", [0.05, 0.05])])
def test_servers_are_asked_again(name: str, expected_waits: list[float], hostile: OpenAIServer) -> None:
    llm, waits = model_at(hostile.base_url, name), []
    call = with_retries(lambda: llm.complete(QUESTION), waits.append, backoff=lambda _: 0.05)
    text, usage = loop.run(call)
    assert (text, usage.calls, waits) == (ANSWER, 1, expected_waits)
    assert len(hostile.requests) == 1 + len(waits)
    assert completed(llm).error is None


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7), (" 0.5 ", 0.5), ("-3", 0), ("", None), ("soon", None), ("nan", None), ("inf", None), ("1e999", None)],
)
def test_retry_after_in_seconds(said: str, seconds: float | None) -> None:
    assert retry_after_s(httpx.Headers({"Retry-After": said})) == seconds


def test_retry_after_as_a_date() -> None:
    def asked(when: datetime) -> float | None:
        return retry_after_s(httpx.Headers({"Retry-After": format_datetime(when, usegmt=True)}))

    now = datetime.now(UTC)
    assert asked(now + timedelta(seconds=90)) == pytest.approx(90, abs=5)
    assert asked(now - timedelta(days=1)) == 0
    assert retry_after_s(httpx.Headers({"Retry-After": "Wed, 99 Foo 2026 07:28:00 GMT"})) is None
    assert retry_after_s(httpx.Headers()) is None
