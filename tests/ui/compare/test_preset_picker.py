"""The picker of a column's preset: groups in their order, with what each is for, when it fails, and its source."""

from __future__ import annotations

from html import unescape
from itertools import groupby

import pytest
from streamlit.testing.v1 import AppTest

from rag_core.html.pieces import about_preset_html
from rag_core.strategy import PRESETS, Preset, Publication
from rag_core.ui.shell.view import label

ENTRIES = list(PRESETS.items().values())


def page() -> None:
    import streamlit as st

    from rag_core.strategy.specs import preset
    from rag_core.ui.compare.preset_picker import preset_picker
    from rag_core.ui.shell.session import new_column, session

    if "started" not in st.session_state:
        st.session_state.started = True
        session().columns[:] = [new_column(preset("baseline")), new_column(preset("hybrid:chunker.chunk_tokens=100"))]
    for position, column in enumerate(session().columns):
        preset_picker(position, column)
        st.text(f"{column.strategy.name} {column.strategy.chunker.short()}")


@pytest.fixture
def at() -> AppTest:
    at = AppTest.from_function(page, default_timeout=60).run()
    assert not at.exception
    return at


def picks(at: AppTest, name: str) -> list:
    return [button for button in at.button if button.label == label(name)]


def test_each_column_lists_all_presets_in_their_order(at: AppTest) -> None:
    assert [button.label for button in at.button] == [label(name) for name in PRESETS] * 2


def test_groups_head_their_presets(at: AppTest) -> None:
    text = unescape("".join(element.proto.body for element in at.get("html")))
    at_place = 0
    for group, entries in groupby(ENTRIES, lambda entry: entry.group):
        at_place = text.index(group, at_place)
        for entry in entries:
            at_place = text.index(f"{entry.purpose} {entry.fails}", at_place)
            at_place = text.index(entry.source.url, at_place)


def test_picking_replaces_the_settings_of_its_column_alone(at: AppTest) -> None:
    picks(at, "chunk_references")[1].click().run()
    assert not at.exception
    assert [text.value.split()[0] for text in at.text] == ["baseline", "chunk_references"]
    picks(at, "hybrid")[1].click().run()
    assert [text.value for text in at.text] == ["baseline sentence 1024/20", "hybrid sentence 1024/20"]


def test_the_columns_own_preset_is_marked_and_cannot_be_picked_again(at: AppTest) -> None:
    chosen = [button.label for button in at.button if button.disabled]
    assert chosen == [label("baseline"), label("hybrid")]


def test_what_a_preset_says_is_escaped_and_its_link_gives_nothing_away() -> None:
    hostile = Preset(
        "x", "y", {}, "<b>Bold</b> & sly.", "It fails <script>.", Publication('"><img src=x>', "https://a.b/?c=1&d=2")
    )
    html = about_preset_html(hostile)
    assert "<b>" not in html
    assert "<script>" not in html
    assert "<img" not in html
    assert 'href="https://a.b/?c=1&amp;d=2" target="_blank" rel="noopener noreferrer"' in html
