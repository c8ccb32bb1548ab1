"""A place takes any number of contents, one after the other, as progress that is drawn for minutes does."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from rag_core.ui.shell.place import Place

    place = Place(st.container())
    for number in range(1500):
        place.html(f"<p>{number}</p>")


def test_a_place_is_drawn_in_again_and_again() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    assert [element.proto.body for element in app.get("html")] == ["<p>1499</p>"]
