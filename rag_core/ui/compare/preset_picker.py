"""Picks the preset of a column from a list in groups, each with what it is for, when it fails and its source."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from rag_core.html.pieces import about_preset_html, heading_html
from rag_core.strategy import PRESETS, Preset
from rag_core.strategy.specs import preset
from rag_core.ui.shell.session import ColumnState, new_column, session
from rag_core.ui.shell.view import label


def preset_picker(position: int, column: ColumnState) -> None:
    """The name of the column's preset, which opens the list; picking another one replaces the column's settings."""
    current, key = column.origin.name, column.widgets
    with st.popover(label(current), type="tertiary", key=f"preset{key}"), st.container(key=f"presets{key}", gap=None):
        for group, presets in groupby(PRESETS.items().values(), lambda entry: entry.group):
            st.html(heading_html(group))
            for entry in presets:
                _row(entry, position, f"pick{key}.{entry.name}", chosen=entry.name == current)


def _row(entry: Preset, position: int, key: str, *, chosen: bool) -> None:
    st.button(
        entry.label,
        icon=":material/check:" if chosen else None,
        key=key,
        type="tertiary",
        disabled=chosen,
        on_click=_pick,
        args=(position, entry.name),
    )
    st.html(about_preset_html(entry))


def _pick(position: int, name: str) -> None:
    session().columns[position] = new_column(preset(name))
