"""What goes on while the page is looked at: drawn a few times a second, until something of it ends."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

import streamlit as st

_DRAW_EVERY_S = 0.1


class Live(Protocol):
    """Work elsewhere, of which a part of the page tells."""

    def going_on(self) -> bool:
        """Whether there was more to come when this run began."""

    def has_changed(self) -> bool:
        """Whether the page must be drawn anew: other buttons, other results."""

    def draw_again(self) -> None:
        """How far it is now, in its place."""


def watch(lives: Sequence[Live]) -> None:
    """Until nothing goes on; a click ends this run, and not the work."""
    while any(live.going_on() for live in lives):
        time.sleep(_DRAW_EVERY_S)
        if any(live.has_changed() for live in lives):
            st.rerun()
        for live in lives:
            live.draw_again()
