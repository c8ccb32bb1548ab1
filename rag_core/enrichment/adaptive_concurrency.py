"""How many calls go on at the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rag_core.llms.base import LlmError

_MOST_SILENT = 3  # calls in a row, though they were made one at a time


class Lane:
    """What one call has; `heard` is whether the server has said anything yet."""

    heard = False


class AdaptiveConcurrency:
    """Half as many for a server that has calls wait for one another until they are given up, down to one at a time.

    A server on one's own machine often answers one call at a time. One that does not do even that is asked no more.
    For use in one event loop.
    """

    poll_s = 0.1
    min_silence_s = 3.0  # a call that fails sooner did not wait for others: there was no connection

    def __init__(self, most: int) -> None:
        self.open = most
        self._taken = 0
        self._narrowed_s = 0.0
        self._silent = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Lane]:
        """Wait for a lane, and have it for a call; raises LlmError, fatal where the server answers none."""
        lane = Lane()
        while self._taken >= self.open:
            await asyncio.sleep(self.poll_s)
        self._taken += 1
        started, alone = time.monotonic(), self.open == 1
        try:
            yield lane
            self._silent = 0
        except LlmError as error:
            in_vain = error.retryable and error.status is None and not lane.heard
            if in_vain and time.monotonic() - started >= self.min_silence_s:
                self._narrow(started)
                self._note_silence(error, alone)
            raise
        finally:
            self._taken -= 1

    def _narrow(self, started: float) -> None:
        """Once for all calls that were going on together."""
        if started >= self._narrowed_s:
            self.open = max(self.open // 2, 1)
            self._narrowed_s = time.monotonic()

    def _note_silence(self, error: LlmError, alone: bool) -> None:
        self._silent += alone
        if self._silent >= _MOST_SILENT:
            raise LlmError(
                f"{error} So it was {self._silent} times in a row, one call at a time. What is written is kept; start "
                "again when the server answers.",
                fatal=True,
            ) from None
