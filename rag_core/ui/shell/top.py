"""The top row of every page: name, links to the pages, documents, and the controls that are rarely used."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rag_core.text.tokenizers import tokenizer_names
from rag_core.ui.shell import address, documents, models
from rag_core.ui.shell.session import session, widget_key

COMPARE = "Compare"


class PageLinks:
    """Links to the pages; each carries the view, so that the page that it opens shows the same."""

    def __init__(self) -> None:
        pages = sorted((_entry().parent / "pages").glob("*.py"))
        self._targets = {COMPARE: _entry().name} | {page.stem: f"pages/{page.name}" for page in pages}
        self._places: dict[str, DeltaGenerator] = {}

    def draw(self) -> None:
        """Draw them here, or where they are already, with the view as it is now."""
        view = {name: list(values) for name, values in address.current().items()}
        for label, target in self._targets.items():
            place = self._places.get(label, st)
            self._places[label] = place.page_link(target, label=label, query_params=view)


def top_row() -> PageLinks:
    """Draw the row; the links are to be drawn again when the view is complete."""
    links = PageLinks()
    with st.container(horizontal=True, vertical_alignment="center", key="top"):
        st.html('<h1 class="cs-wordmark">Chunkscope</h1>', width="content")
        with st.container(horizontal=True, key="pages", width="content", gap=None):
            links.draw()
        documents.document_picker()
        documents.upload_popover()
        with st.container(horizontal=True, key="quiet", width="content", gap="xsmall"):
            models.popover()
            _tokenizer_popover()
            _link_popover()
    return links


def _tokenizer_popover() -> None:
    names, state, key = tokenizer_names(), session(), widget_key("tokenizer")
    chosen = st.session_state.get(key, state.tokenizer)  # what a click has just changed is not in the session yet
    with st.popover(f"Tokenizer: {chosen}", type="tertiary", key="tokenizer"):
        choices = list(names)
        state.tokenizer = st.selectbox(
            "Tokenizer",
            choices,
            choices.index(state.tokenizer),
            format_func=names.__getitem__,
            key=key,
            width=330,
            help="Chunk sizes and budgets are in its tokens, in all columns.",
        )


def _link_popover() -> None:
    with st.popover("Link", type="tertiary", icon=":material/link:"):
        st.caption("The address of this page is a link to this view.")
        st.code(st.context.url or "", None, wrap_lines=True)


def _entry() -> Path:
    """The script that the server runs, beside which the pages are."""
    context = get_script_run_ctx()
    assert context is not None
    return Path(context.main_script_path)
