"""How many calls go on at the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rag_core.llms.base import LlmError

_LOOK_S = 0.1
_NO_SLIP_S = 3.0  # a connection that fails after so long without a word from the server was waited for too long


class Lanes:
    """Half as many for a server that has calls wait for one another until they are given up, down to one at a time.

    A server on one's own machine often answers one call at a time. For use in one event loop.
    """

    def __init__(self, most: int) -> None:
        self.open = most
        self._taken = 0
        self._narrowed_s = 0.0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait for a lane, and have it for a call."""
        while self._taken >= self.open:
            await asyncio.sleep(_LOOK_S)
        self._taken += 1
        started = time.monotonic()
        try:
            yield
        except LlmError as error:
            self._narrow(error, started)
            raise
        finally:
            self._taken -= 1

    def _narrow(self, error: LlmError, started: float) -> None:
        """Once for all calls that were going on together."""
        given_up = error.may_pass and error.status is None and time.monotonic() - started >= _NO_SLIP_S
        if given_up and started >= self._narrowed_s:
            self.open = max(self.open // 2, 1)
            self._narrowed_s = time.monotonic()
