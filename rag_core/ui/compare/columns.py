"""The heads of the columns: which preset, which sizes."""

from __future__ import annotations

from typing import Any

import streamlit as st

from rag_core.errors import UserError
from rag_core.html.palette import MAX_COLUMNS
from rag_core.html.pieces import about_preset_html, mark_html, summary_html
from rag_core.parts import SLOTS, build
from rag_core.strategy import PRESETS, Strategy, preset_names
from rag_core.strategy.specs import preset
from rag_core.ui.compare.preset_picker import preset_picker
from rag_core.ui.compare.share_row import SHARE, share_row
from rag_core.ui.shell import models
from rag_core.ui.shell.chunker import edit_chunker, size_slider
from rag_core.ui.shell.documents import open_documents
from rag_core.ui.shell.fields import Limited, edit_part
from rag_core.ui.shell.parser import edit_parser
from rag_core.ui.shell.session import OWN_BUDGET, ColumnState, new_column, session
from rag_core.ui.shell.view import budgeted

_MAX_IN_ONE_ROW = 4  # columns whose heads fit into one row each


def head(position: int, column: ColumnState) -> str | None:
    """One row: symbol, preset, chunk size, other settings, and removing the column; updates the column.

    Returns what is wrong with the settings, if anything; the column then keeps the strategy that it had.
    """
    fits = len(session().columns) <= _MAX_IN_ONE_ROW
    with st.container(horizontal=True, wrap=not fits, vertical_alignment="center", gap="xsmall", key=f"head{position}"):
        st.html(mark_html(position), width="content")
        preset_picker(position, column)
        cuts = column.strategy.reference.uses_chunk_size
        size = size_slider(column.origin.chunker, str(column.widgets)) if cuts else {}
        with st.popover("Settings", icon=":material/tune:", type="tertiary", key=f"settings{column.widgets}"):
            if column.origin.name in PRESETS:
                st.html(about_preset_html(PRESETS.get(column.origin.name)))
            parts = _edit_parts(column, size)
        if len(session().columns) > 1:
            st.button(
                "Remove this column", icon=":material/close:", key=f"remove{column.uid}", help="Remove this column",
                type="tertiary", on_click=_remove, args=(column,),
            )  # fmt: skip
    parts["budget"] |= share_row(column)
    problem = None
    try:
        built = {slot: build(slot, part) for slot, part in parts.items()}
        column.strategy = Strategy(name=column.origin.name, **built)  # type: ignore[arg-type]  # built by slot
    except UserError as error:
        problem = str(error)
    st.html(summary_html(_summary(column.strategy)))
    return problem


def _summary(strategy: Strategy) -> str:
    """The strategy in short; where the columns have different parsers, that of a column with the default one too."""
    short = budgeted(strategy).short()
    parsers = {column.strategy.parser.kind for column in session().columns}
    if len(parsers) == 1 or strategy.parser.fields_json() or strategy.parser != Strategy.model_fields["parser"].default:
        return short
    read_by = dict.fromkeys(document.parser for document in open_documents())
    return " · ".join([", ".join(read_by) or strategy.parser.short(), short])


def add_button() -> None:
    """One more column, up to the number of colours."""
    full = len(session().columns) >= MAX_COLUMNS
    st.button(
        "Column",
        icon=":material/add:",
        key="add_column",
        disabled=full,
        help=f"At most {MAX_COLUMNS} columns" if full else "Compare one more strategy",
        on_click=_add,
    )


def _edit_parts(column: ColumnState, size: dict[str, Any]) -> dict[str, dict[str, Any]]:
    parts: dict[str, dict[str, Any]] = {}
    for slot in SLOTS:
        part = column.origin.part(slot)
        if slot == "budget" and session().budget != OWN_BUDGET:
            st.caption(f"All columns share the budget set above. With “{OWN_BUDGET}”, each has its own.")
            column.origin = column.origin.model_copy(update={"budget": column.strategy.budget})
            parts[slot] = column.strategy.budget.model_dump()
        elif slot == "budget":
            parts[slot] = edit_part(slot, part, str(column.widgets), skip=(SHARE,))
        elif slot == "chunker" and not column.strategy.reference.uses_chunk_size:
            st.caption(f"{column.strategy.reference.label}: taken from the whole document, however it is cut.")
            parts[slot] = part.model_dump()
        elif slot == "parser":
            parts[slot] = edit_parser(part, str(column.widgets), open_documents())
        elif slot == "chunker":
            parts[slot] = edit_chunker(part, str(column.widgets), size)
        else:
            parts[slot] = edit_part(slot, part, str(column.widgets), limited=_limited())
    return parts


def _limited() -> dict[str, Limited]:
    """What the embedding model cannot do."""
    model = models.known()
    if model is None or not model.info.late_pooling_obstacle:
        return {}
    return {"pooling": Limited(("per_chunk",), f"{model.name}: {model.info.late_pooling_obstacle}")}


def _remove(column: ColumnState) -> None:
    session().columns.remove(column)


def _add() -> None:
    columns = session().columns
    used = [column.strategy.name for column in columns]
    unused = [name for name in preset_names() if name not in used]
    columns.append(new_column(preset(unused[0] if unused else "baseline:chunker.chunk_tokens=512")))
