"""The dialog that is open: it stays while the page is drawn again, until the user closes it or goes elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Literal, ParamSpec

import streamlit as st

from rag_core.ui.shell.runs import draws_fragment, run_again
from rag_core.ui.shell.session import session

P = ParamSpec("P")


def dialog(title: str, width: Literal["small", "large"] = "small") -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A function that draws the content of a dialog; to be opened by `open_dialog`."""

    def decorate(content: Callable[P, None]) -> Callable[P, None]:
        @wraps(content)
        def drawn(*arguments: P.args, **options: P.kwargs) -> None:
            content(*arguments, **options)
            # A click in the dialog has ended the run that watched the work in the background.
            if session().watch_ended and draws_fragment():
                session().watch_ended = False
                run_again()

        opened: Callable[P, None] = st.dialog(title, width=width, on_dismiss=close_dialog)(drawn)
        return opened

    return decorate


def open_dialog(draw: Callable[[], None]) -> None:
    """For a button's callback: have each run draw the dialog, until it is closed."""
    session().dialog = draw


def close_dialog() -> None:
    """Draw no dialog any more: for the callback of a button in it, and for its dismissal."""
    session().dialog = None
    st.rerun()  # of the whole page; a button in a dialog would have only the dialog drawn again


def draw_dialog() -> None:
    """Draw the dialog, if one is open."""
    if (draw := session().dialog) is not None:
        draw()
