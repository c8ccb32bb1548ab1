"""The share of the best score at which a column stops, in sight: moving it makes the column's hits grow and shrink."""

from __future__ import annotations

from typing import Any

import streamlit as st

from rag_core.part import Part
from rag_core.parts import kinds
from rag_core.ui.shell.fields import edit_field
from rag_core.ui.shell.session import OWN_BUDGET, ColumnState, session

SHARE = "score_share"
_ABOUT = (
    "All columns share one budget now. Click to give each its own again: this column then takes what scores nearly as "
    "well as its best, and a slider sets how nearly."
)


def share_row(column: ColumnState) -> dict[str, Any]:
    """A slider for budgets that have a share, a button for it while all columns share a budget; returns the value."""
    budget = _budget_kind(column)
    field = budget.model_fields.get(SHARE)
    if field is None:
        return {}
    key = f"{column.widgets}.budget.{SHARE}"
    with st.container(key=f"best_share{column.uid}"):
        if session().budget != OWN_BUDGET:
            st.button(
                "Stop at a share of the best score", icon=":material/linear_scale:", key=f"{key}.own", help=_ABOUT,
                type="tertiary", on_click=_give_own_budgets,
            )  # fmt: skip
            return {}
        return {SHARE: edit_field(SHARE, field, getattr(column.origin.budget, SHARE, field.default), key)}


def _budget_kind(column: ColumnState) -> type[Part]:
    """The kind of the column's budget as the settings show it, which a click has perhaps just changed."""
    kind = st.session_state.get(f"{column.widgets}.budget.kind", column.origin.budget.kind)
    return kinds("budget")[kind]


def _give_own_budgets() -> None:
    state = session()
    state.budget = OWN_BUDGET
    state.visit += 1
