"""Which of the open documents a page shows; the pages that show one at a time share the choice."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rag_core.documents.document import Document
from rag_core.ui.shell.session import session, widget_key


def choose_document(opened: Sequence[Document], page: str) -> Document:
    """The document to show, with a selectbox if there are several; `page` names the page in the widget's key."""
    state = session().chunks
    state.document = min(state.document, len(opened))
    if len(opened) > 1:
        state.document = st.selectbox(
            "Document",
            range(1, len(opened) + 1),
            state.document - 1,
            format_func=lambda number: opened[number - 1].short_label,
            key=widget_key(f"{page}_document"),
            label_visibility="collapsed",
            width=280,
        )
    return opened[state.document - 1]
