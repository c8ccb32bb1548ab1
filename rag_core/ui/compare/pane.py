"""The pane “On the page”: the pages with the hits of all columns marked, beside the columns or below them.

Its script shows pages, zooms, and goes from hit to hit by itself; the server draws the pictures and marks that it asks
for by their addresses. Only the page that somebody stays on is told to the session, for the address.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from rag_core.html.comparison_view import ComparisonView
from rag_core.html.page_marks import PageMarks
from rag_core.html.pane import pane_data, pane_html
from rag_core.ui.shell import address
from rag_core.ui.shell.page_pictures import marks_url, pictures_url
from rag_core.ui.shell.runs import draws_fragment, run_again
from rag_core.ui.shell.session import session

_KEY = "page_pane"
_SCRIPT = Path(__file__).with_name("pane_script")

_component = st.components.v2.component(
    "chunkscope_pane",
    html=pane_html(),
    js="\n".join(part.read_text(encoding="utf-8") for part in sorted(_SCRIPT.glob("*.js"))),
    isolate_styles=False,
)


@st.fragment
def page_pane(view: ComparisonView) -> None:
    """Draw the pane, open or not, for these results."""
    state = session().pane
    marks = _marks(view)
    pictures = [pictures_url(document) for document in marks.places.documents]
    data = pane_data(view, marks, pictures, marks_url(marks))
    _component(
        key=_KEY, data={**data, "at": state.at, "visit": session().visit}, default={"at": state.at},
        on_at_change=_take_place,
    )  # fmt: skip
    if draws_fragment():
        address.write()
        # What the pane told has ended the run that watched the work in the background.
        if session().watch_ended:
            session().watch_ended = False
            run_again()


def _marks(view: ComparisonView) -> PageMarks:
    """The marks of the results, those that the session has if they are the same: the browser has their pages."""
    made = PageMarks(view)
    return session().pane.marks.setdefault(made.fingerprint, made)


def _take_place() -> None:
    at = st.session_state[_KEY].get("at")
    if isinstance(at, str) and (not at or address.is_page_place(at)):
        session().pane.at = at
