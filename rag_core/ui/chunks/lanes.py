"""Whose chunkers are shown: one or two of the comparison's columns, each with the settings of its chunker."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.errors import UserError
from rag_core.html.comparison_view import names_of
from rag_core.html.pieces import mark_html, summary_html
from rag_core.strategy import Strategy
from rag_core.ui.shell.chunker import edit_chunker, size_slider
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.session import ColumnState, new_column, session, widget_key
from rag_core.ui.shell.view import label

MAX_LANES = 2


def shown_columns() -> list[int]:
    """The positions of the columns that are shown: those chosen, by default the first and one that cuts differently."""
    columns, chosen = session().columns, session().chunks.columns
    valid = [position for position in dict.fromkeys(chosen) if position < len(columns)][:MAX_LANES]
    if valid:
        return valid
    others = [i for i, column in enumerate(columns) if column.strategy.chunker != columns[0].strategy.chunker]
    return [0, *others[:1]]


def lane_heads(positions: list[int]) -> tuple[list[DeltaGenerator], DeltaGenerator]:
    """A row for each: which column, its chunk size, its other settings; updates the column's strategy.

    Returns a place below each for figures, and one beside them all.
    """
    figures, (*places, beside) = [], st.columns(len(positions) + 1)
    for lane, (place, position) in enumerate(zip(places, positions, strict=True)):
        with place, st.container(key=f"lane{lane}"):
            _head(lane, position, positions)
            figures.append(st.container(key=f"figures{lane}"))
    return figures, beside.container(key="sizes")


def add_button(positions: list[int]) -> None:
    """A second chunker beside the first."""
    full = len(positions) == MAX_LANES
    about = "Show a second chunker beside it: that of another column, or of a new one"
    st.button(
        "Chunker",
        icon=":material/add:",
        key="add_lane",
        disabled=full,
        help=f"At most {MAX_LANES} chunkers" if full else about,
        on_click=_add,
        args=(positions,),
    )


def names() -> list[str]:
    """The columns' names."""
    return names_of([label(column.strategy.name) for column in session().columns])


def _head(lane: int, position: int, positions: list[int]) -> None:
    column = session().columns[position]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"head{lane}"):
        st.html(mark_html(position), width="content")
        _column_picker(lane, position, positions)
        size = size_slider(column.origin.chunker, str(column.widgets))
        with st.popover("Settings", icon=":material/tune:", type="tertiary", key=f"chunker{column.widgets}"):
            values = edit_chunker(column.origin.chunker, str(column.widgets), size)
        if len(positions) > 1:
            st.button(
                "Remove this chunker", icon=":material/close:", key=f"remove_lane{lane}", help="Remove this chunker",
                type="tertiary", on_click=_remove, args=(positions, lane),
            )  # fmt: skip
    _update(column, values)


def _update(column: ColumnState, chunker: dict[str, object]) -> None:
    parts = {name: part for name, part in column.origin.model_dump().items() if name != "chunker"}
    try:
        column.strategy = Strategy(**parts, chunker=chunker)  # type: ignore[arg-type]  # built by slot
    except UserError as error:
        shown = f"Until then, {column.strategy.chunker.short()} is shown."
        st.warning(plain(f"{error} {shown}"), icon=":material/tune:")
    st.html(summary_html(column.strategy.chunker.short()))


def _column_picker(lane: int, position: int, positions: list[int]) -> None:
    shown, others = names(), {p for p in positions if p != position}
    options = [i for i in range(len(shown)) if i not in others]
    key = widget_key(f"lane{lane}-{position}")
    st.selectbox(
        "Chunker of the column",
        options,
        options.index(position),
        format_func=shown.__getitem__,
        key=key,
        on_change=_choose,
        args=(positions, lane, key),
        label_visibility="collapsed",
    )


def _choose(positions: list[int], lane: int, key: str) -> None:
    session().chunks.columns = [*positions[:lane], st.session_state[key], *positions[lane + 1 :]]


def _remove(positions: list[int], lane: int) -> None:
    session().chunks.columns = [*positions[:lane], *positions[lane + 1 :]]


def _add(positions: list[int]) -> None:
    columns = session().columns
    others = [position for position in range(len(columns)) if position not in positions]
    if not others:
        columns.append(new_column(columns[positions[0]].strategy))
        others = [len(columns) - 1]
    session().chunks.columns = [*positions, others[0]]
