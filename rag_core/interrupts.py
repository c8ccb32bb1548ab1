"""Whether somebody still wants the work of this thread: a page's run ends while it waits, at the user's next click.

Reports of progress are raised through in the same way (`progress.Report`); this is for waits that have none to make.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar

POLL_S = 0.1  # how long a wait goes on before it looks


def _go_on() -> None:
    """The work is wanted."""


_check: ContextVar[Callable[[], None]] = ContextVar("check", default=_go_on)


def set_check(check: Callable[[], None]) -> None:
    """For this thread: what waits call, and which raises where nobody wants their result any more."""
    _check.set(check)


def check() -> None:
    """Raise what ends the work, if nobody wants it any more; does nothing in threads that have set no check."""
    _check.get()()


def sleep(seconds: float) -> None:
    """Wait, unless nobody wants what comes after it."""
    until_s = time.monotonic() + seconds
    while (left_s := until_s - time.monotonic()) > 0:
        check()
        time.sleep(min(left_s, POLL_S))
    check()
