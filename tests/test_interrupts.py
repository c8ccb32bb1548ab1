"""Waits end when nobody wants their result any more."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from rag_core import interrupts
from rag_core.documents.limits import current_limits
from rag_core.documents.sandbox.run import run
from rag_core.embeddings.fair_lock import FairLock
from rag_core.embeddings.openai_api import OpenAIModel
from rag_core.servers import loop
from tests.fakes.openai_server import OpenAIServer
from tests.waiting import wait_until


class Left(BaseException):
    """The user has left."""


@pytest.fixture
def leave() -> Iterator[None]:
    def end() -> None:
        raise Left

    interrupts.set_check(end)
    yield
    interrupts.set_check(lambda: None)


def test_a_document_that_nobody_waits_for_is_not_read_on(leave: None) -> None:
    endless = "import time; time.sleep(1000)"
    began_s = time.monotonic()
    with pytest.raises(Left):
        run({"task": "parse"}, b"", "a.pdf", current_limits(), 1000, program=endless)
    assert time.monotonic() - began_s < current_limits().seconds  # the child is killed, not waited for


def test_a_request_that_nobody_waits_for_is_cancelled(leave: None) -> None:
    cancelled = threading.Event()

    async def request() -> None:
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    with pytest.raises(Left):
        loop.run(request())
    assert cancelled.wait(60)


def test_a_server_stops_embedding_what_nobody_waits_for(hostile: OpenAIServer, leave: None) -> None:
    model = OpenAIModel("embeds-slowly:600", base_url=hostile.base_url)
    with pytest.raises(Left):
        model.encode_passages(["otters", "bees"])
    wait_until(lambda: hostile.record.at_once == 0)
    assert hostile.record.aborted == len(hostile.requests)


def test_a_turn_that_nobody_waits_for_is_given_up(leave: None) -> None:
    lock = FairLock()
    with lock, pytest.raises(Left), lock:
        pytest.fail("the lock was acquired twice")
    interrupts.set_check(lambda: None)
    with lock:
        pass


def test_nothing_is_tried_again_for_nobody(leave: None) -> None:
    with pytest.raises(Left):
        interrupts.sleep(1000)
    with pytest.raises(Left):
        interrupts.sleep(0)


@contextmanager
def in_thread(function: Callable[[], None]) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=function)
    thread.start()
    yield thread
    thread.join(60)
    assert not thread.is_alive()


def test_the_check_of_one_thread_is_not_that_of_another(leave: None) -> None:
    with in_thread(interrupts.check):
        pass
    with pytest.raises(Left):
        interrupts.check()
