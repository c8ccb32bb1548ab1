"""The question, suggestions for it, and the quiet row of what all columns share."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.ui.compare.columns import add_button
from rag_core.ui.shell import llm
from rag_core.ui.shell.library import suggested
from rag_core.ui.shell.session import EQUAL_HITS, EQUAL_TOKENS, OWN_BUDGET, SAMPLE, session, widget_key
from rag_core.ui.shell.view import HITS_RANGE, TOKENS_RANGE

_ABOUT_BUDGET = (
    "How much each column retrieves. As preset: each its own budget. Equal k: the same number of distinct chunks. "
    "Equal tokens: the same number of context tokens; the last hit is truncated at the end of a sentence."
)

_ABOUT_WHY = (
    "Explains the scores of all hits: sentences in the colour of what they add to the dense score or score by "
    "themselves, words that BM25 counts underlined, and the scores by stage. Point at a word to see its figures."
)

_TYPED = "typed"


def question_row() -> None:
    """The question with its button, and questions to start with."""
    with st.container(horizontal=True, vertical_alignment="center", key="asking"):
        with st.container(key="question"):
            _question_form()
        _suggestions()


def shared_settings() -> DeltaGenerator:
    """How much every column retrieves, and who writes the answers; returns a place for the pane with the pages."""
    with st.container(horizontal=True, vertical_alignment="center", key="shared", gap="medium"):
        _budget()
        llm.popover()
        add_button()
        _why()
        return st.container(width="content", key="pane")


def _why() -> None:
    state = session()
    state.why = st.toggle("Why these scores", state.why, key=widget_key("why"), help=_ABOUT_WHY)


def _question_form() -> None:
    with (
        st.form("ask", border=False),
        st.container(horizontal=True, vertical_alignment="center", wrap=False, gap="small"),
    ):
        _show(session().question)
        st.text_input(
            "Question",
            key=_TYPED,
            placeholder="Ask something about the document",
            label_visibility="collapsed",
        )
        st.form_submit_button("Compare", type="primary", on_click=_take_typed)


def _suggestions() -> None:
    """Questions that the sample answers, where it is what is open."""
    # The container is always there: without it, everything below would move up one place and be drawn again.
    with st.container(horizontal=True, gap="small", key="suggestions"):
        for question in suggested():
            if SAMPLE in session().documents.wanted:
                st.button(question, key=f"suggest-{question}", type="tertiary", on_click=_take, args=(question,))
            else:
                st.empty()  # takes the old button's place now, not at the end of the run


def _budget() -> None:
    state = session()
    state.budget = st.segmented_control(
        "Budget",
        [OWN_BUDGET, EQUAL_HITS, EQUAL_TOKENS],
        default=state.budget,
        key=widget_key("budget"),
        required=True,
        help=_ABOUT_BUDGET,
    )
    if state.budget == EQUAL_HITS:
        key = widget_key("equal_hits")
        state.equal_hits = st.slider("Chunks per column", *HITS_RANGE, state.equal_hits, key=key, width=320)
    if state.budget == EQUAL_TOKENS:
        key = widget_key("equal_tokens")
        state.equal_tokens = st.slider(
            "Context tokens per column", *TOKENS_RANGE, state.equal_tokens, 100, key=key, width=380
        )


def _show(question: str) -> None:
    """Have the field show the question; the browser lets be what is being typed there.

    The field has one key, whoever asks the question: another one would be another field, without what was typed.
    """
    if st.session_state.get(_TYPED) != question or session().took_over:
        st.session_state[_TYPED] = question
        session().took_over = False


def _take_typed() -> None:
    session().question = st.session_state[_TYPED].strip()


def _take(question: str) -> None:
    session().question = question
