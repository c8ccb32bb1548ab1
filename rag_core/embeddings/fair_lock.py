"""A lock that is acquired in the order of requests."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType

from rag_core import interrupts


class FairLock:
    """A first-come, first-served lock: documents take turns, batch by batch, where a plain lock lets one starve."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()

    def __enter__(self) -> None:
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
            try:
                while not self._changed.wait_for(lambda: self._queue[0] is ticket, interrupts.POLL_S):
                    interrupts.check()
            except BaseException:  # interrupted while waiting: nothing may wait for this ticket
                self._queue.remove(ticket)
                self._changed.notify_all()
                raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._queue.popleft()
            self._changed.notify_all()
