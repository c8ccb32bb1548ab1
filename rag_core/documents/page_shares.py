"""How much of one page is read, by what takes seconds for a page: it says so, and whoever waits for the page is told.

Set for a thread, as in `page_progress`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ShareRead = Callable[[float | None], None]


def _nobody(share: float | None) -> None:
    """Nobody wants to know."""


_told: ContextVar[ShareRead] = ContextVar("told", default=_nobody)


def share_read(share: float | None) -> None:
    """For what reads a page: the share of it that is read, from 0 to 1; None while models are being loaded."""
    _told.get()(share)


@contextmanager
def telling_shares(told: ShareRead) -> Iterator[None]:
    """`told` is called with what readers in this thread say of their page."""
    token = _told.set(told)
    try:
        yield
    finally:
        _told.reset(token)
