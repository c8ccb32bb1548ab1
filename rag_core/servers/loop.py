"""The process's event loop for requests to servers, in which any request can be cancelled at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future, wait
from typing import Any, TypeVar

from rag_core import interrupts
from rag_core.servers.log_filters import mute_request_logs

T = TypeVar("T")
_lock = threading.Lock()
_running: list[asyncio.AbstractEventLoop] = []


def submit(coroutine: Coroutine[Any, Any, T]) -> Future[T]:
    """Start a coroutine; `cancel()` of the future aborts the request that it waits for."""
    return asyncio.run_coroutine_threadsafe(coroutine, _loop())


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine; an interrupted wait cancels it, and aborts the request that it waits for."""
    future = submit(coroutine)
    try:
        while not future.done():
            wait([future], interrupts.POLL_S)
            interrupts.check()
        return future.result()
    except BaseException:
        future.cancel()
        raise


def _loop() -> asyncio.AbstractEventLoop:
    with _lock:
        if not _running:
            _running.append(asyncio.new_event_loop())
            threading.Thread(target=_serve, args=(_running[0],), name="server-requests", daemon=True).start()
        return _running[0]


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    mute_request_logs()
    loop.run_forever()
