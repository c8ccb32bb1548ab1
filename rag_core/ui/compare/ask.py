"""The question, suggestions for it, and what all columns share: budget and tokenizer."""

from __future__ import annotations

import streamlit as st

from rag_core.text.tokenizers import tokenizer_names
from rag_core.ui.compare.columns import add_button
from rag_core.ui.shell import library, llm, models
from rag_core.ui.shell.view import EQUAL_HITS, EQUAL_TOKENS, HITS_RANGE, OWN, SAMPLE, TOKENS_RANGE


def question_form() -> None:
    """Enter or the button asks."""
    with st.form("ask", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Question",
            key="typed",
            placeholder="Ask something about the document",
            label_visibility="collapsed",
        )
        st.form_submit_button("Compare", type="primary", on_click=_take_typed)


def suggestions() -> None:
    """Questions that the sample answers, where it is what is open."""
    # The container is always there: without it, all that follows would be drawn anew one place further up.
    with st.container(horizontal=True, gap="small", key="suggestions"):
        for question in library.suggested():
            if SAMPLE in st.session_state["wanted"]:
                st.button(question, key=f"suggest-{question}", type="tertiary", on_click=_take, args=(question,))
            else:
                st.empty()  # takes the old button's place now, not at the end of the run


def shared_settings() -> None:
    """How much every column takes, and in which tokens sizes are measured."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="shared", gap="medium"):
        st.segmented_control(
            "Budget",
            [OWN, EQUAL_HITS, EQUAL_TOKENS],
            key="budget",
            required=True,
            help="How much each column hands on. As preset: each its own. Equal k: the same number of distinct chunks. "
            "Equal tokens: the same number of context tokens, the last hit cut at a sentence end.",
        )
        if st.session_state["budget"] == EQUAL_HITS:
            st.slider("Chunks a column", *HITS_RANGE, key="equal_hits", width=200)
        if st.session_state["budget"] == EQUAL_TOKENS:
            st.slider("Context tokens a column", *TOKENS_RANGE, step=100, key="equal_tokens", width=240)
        names = tokenizer_names()
        st.selectbox(
            "Sizes measured in",
            list(names),
            format_func=names.__getitem__,
            key="tokenizer",
            width=330,
            help="The tokenizer in which chunk sizes and budgets count, the same for all columns.",
        )
        models.popover()
        llm.popover()
        add_button()


def _take_typed() -> None:
    st.session_state["question"] = st.session_state["typed"].strip()


def _take(question: str) -> None:
    st.session_state["question"] = st.session_state["typed"] = question
