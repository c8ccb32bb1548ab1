"""Work that goes on while the page is shown: drawn several times a second, until a part of it ends."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from rag_core.ui.shell.runs import fragment_waits, run_again
from rag_core.ui.shell.session import session

_DRAW_EVERY_S = 0.1


class Live(Protocol):
    """Work in the background that a part of the page shows."""

    def going_on(self) -> bool:
        """Whether the work was going on when this run of the page began."""

    def has_changed(self) -> bool:
        """Whether the page must run again, because its buttons or results are others now."""

    def draw_again(self) -> None:
        """Show the present progress in its place."""


def watch(lives: Sequence[Live]) -> None:
    """Draw the work until none of it goes on; a click ends this run, but not the work."""
    state = session()
    if any(live.going_on() for live in lives):  # else what another watch of this run has noted stays
        state.watch_ended = False
    while any(live.going_on() for live in lives):
        time.sleep(_DRAW_EVERY_S)
        if fragment_waits():
            state.watch_ended = True
            return
        if any(live.has_changed() for live in lives):
            run_again()
        for live in lives:
            live.draw_again()
