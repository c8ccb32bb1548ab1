"""A limit on concurrent calls that adapts to the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rag_core.llms.base import Delta, LlmError

_MAX_SILENT = 3  # calls in a row, made one at a time


class Lane:
    """The permission for one call; `heard` is whether the server has sent anything yet."""

    heard = False


class AdaptiveConcurrency:
    """Halves the number of concurrent calls whenever waiting calls time out, down to one at a time.

    A local server often answers one call at a time. One that does not even do that gets no more calls. For use in one
    event loop.
    """

    poll_s = 0.1
    min_silence_s = 3.0  # a call that fails sooner did not wait for others: there was no connection

    def __init__(self, max_calls: int) -> None:
        self.open = max_calls
        self._taken = 0
        self._halved_s = 0.0
        self._silent = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Lane]:
        """Wait for a lane and hold it for a call. Raises LlmError, a fatal one where the server answers no call."""
        lane = Lane()
        while self._taken >= self.open:
            await asyncio.sleep(self.poll_s)
        self._taken += 1
        started, alone = time.monotonic(), self.open == 1
        try:
            yield lane
            self._silent = 0
        except LlmError as error:
            timed_out = error.retryable and error.status is None and not lane.heard
            if timed_out and time.monotonic() - started >= self.min_silence_s:
                self._halve(started)
                self._note_silence(error, alone)
            raise
        finally:
            self._taken -= 1

    def _halve(self, started: float) -> None:
        """Halve the limit once for all calls that ran at the same time."""
        if started >= self._halved_s:
            self.open = max(self.open // 2, 1)
            self._halved_s = time.monotonic()

    def _note_silence(self, error: LlmError, alone: bool) -> None:
        self._silent += alone
        if self._silent >= _MAX_SILENT:
            raise LlmError(
                f"{error} This happened {self._silent} times in a row, with one call at a time. Replies that "
                "came are saved; start again when the server answers.",
                fatal=True,
            ) from None


async def heard(parts: AsyncIterator[Delta], lane: Lane) -> AsyncIterator[Delta]:
    """The parts of a reply; the lane notes that the server has sent something."""
    async for part in parts:
        lane.heard = True
        yield part
