"""On a phone the columns are tabs, of which one is shown; on wider screens the tabs are hidden."""

from __future__ import annotations

import streamlit as st

from rag_core.html.palette import MARKS
from rag_core.ui.shell.session import session
from rag_core.ui.shell.view import label

# The width below which columns do not fit side by side; style.css hides the tabs above it.
_PHONE_PX = 640


def tabs() -> None:
    """Draw tabs with symbol and name, and the CSS rule that hides the other columns and their figures."""
    names = [f"{MARKS[i].symbol} {label(c.strategy.name)}" for i, c in enumerate(session().columns)]
    with st.container(key="phone_tabs"):
        chosen = st.segmented_control(
            "Column", range(len(names)), default=0, format_func=names.__getitem__, required=True,
            key=f"phone{len(names)}", label_visibility="collapsed",
        )  # fmt: skip
    # The column of a hit that a mark of the ribbon or a citation led to is shown too.
    rest = ":not(:has(.cs-hit:target))"
    hidden = ", ".join(f".stColumn:has(.st-key-column{i}){rest}" for i in range(len(names)) if i != (chosen or 0))
    if hidden:
        hidden += ", " + ", ".join(f".cs-row.cs-c{i} .cs-num" for i in range(len(names)) if i != (chosen or 0))
        st.html(f"<style>@media (max-width: {_PHONE_PX}px) {{ {hidden} {{ display: none; }} }}</style>")
