"""The Compare page: strategies side by side on the same documents and question."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.ui.compare import ask, columns, phone
from rag_core.ui.compare.results import Frame, Results
from rag_core.ui.shell import address, documents, llm, models, reading, reconnected, scans, writing
from rag_core.ui.shell.live import watch
from rag_core.ui.shell.place import Place
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.session import session
from rag_core.ui.shell.start import painted
from rag_core.ui.shell.top import COMPARE, top_row
from rag_core.ui.shell.view import budgeted

_MAX_MESSAGES = 6


def compare_page() -> None:
    """The page from top to bottom: slots are claimed in order, and filled as soon as their content is there."""
    reconnected.restore(COMPARE)
    links = top_row()
    ask.question_row()
    pane = ask.shared_settings()
    messages = st.container(key="messages")
    # In a container that keeps its height: an empty slot has none, and what is below would jump.
    status, ribbon = st.container(key="status").empty(), Place(st.container(key="ribbon"))
    phone.tabs()
    frame = Frame(pane, status, ribbon, _columns(), st.container(key="below"))
    with messages:
        address.show_problems()
        models.offer_linked()
        llm.offer_linked()
        documents.take_uploads(status)
        opened = documents.chosen()
        offers = scans.offer_ocr(opened)
        vectors = models.vectors(status)
        chat_model = llm.chat_model()
        for _ in range(_MAX_MESSAGES):
            st.empty()  # takes an old message's place now, not when the last of the answers is written
    # Before the comparison, so that a reload while it runs, or a click, finds the view in the address.
    reconnected.write()
    links.draw()
    painted()
    reading.hold(opened, [budgeted(column.strategy) for column in session().columns], vectors)
    writing.hold_written({}, opened)
    if opened and vectors:
        Results(frame, opened, vectors, chat_model, offers).draw()
    watch(offers)


def _columns() -> list[DeltaGenerator]:
    """The columns' heads, with what is wrong with their settings; returns a container for each body."""
    bodies, states = [], session().columns
    slots = st.container(key="columns").columns(len(states))
    for i, (slot, column) in enumerate(zip(slots, states, strict=True)):
        with slot, st.container(key=f"column{i}"):
            problem = columns.head(i, column)
            with st.container(key=f"problem{i}"):
                if problem:
                    shown = f"Until then, this column shows {column.strategy.short()}."
                    st.warning(plain(f"{problem} {shown}"), icon=":material/tune:")
            bodies.append(st.container(key=f"body{i}"))
    return bodies
