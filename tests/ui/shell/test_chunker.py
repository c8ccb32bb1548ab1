"""The slider in a column's head sets the field that determines the size of the chosen chunker's chunks."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def edit(kind: str) -> AppTest:
    """A page with nothing but the widgets of a chunker; what they make of it is in its state."""

    def page(kind) -> None:
        import streamlit as st

        from rag_core.parts import build
        from rag_core.ui.shell.chunker import edit_chunker, size_slider

        chunker = build("chunker", {"kind": kind})
        size = size_slider(chunker, "x")
        st.session_state["edited"] = build("chunker", edit_chunker(chunker, "x", size))

    app = AppTest.from_function(page, args=(kind,), default_timeout=60).run()
    assert not app.exception
    return app


def sliders(app: AppTest) -> list[str]:
    return [widget.label for widget in [*app.select_slider, *app.slider]]


@pytest.mark.parametrize(
    ("kind", "label", "field"),
    [
        ("sentence", "Chunk size", "chunk_tokens"),
        ("characters", "Chunk size, characters", "chunk_characters"),
        ("semantic", "Breakpoint percentile, %", "breakpoint_percentile"),
        ("cluster_semantic", "Chunk size", "chunk_tokens"),
    ],
)
def test_the_first_slider_is_that_of_the_kind(kind: str, label: str, field: str) -> None:
    app = edit(kind)
    slider = next(widget for widget in [*app.select_slider, *app.slider] if widget.label == label)
    assert slider.proto.label_visibility.value == slider.proto.label_visibility.COLLAPSED
    slider.set_value(64).run()
    assert getattr(app.session_state["edited"], field) == 64
    assert sliders(app).count(label) == 1


def test_it_follows_the_kind_that_is_chosen_in_the_settings() -> None:
    app = edit("sentence")
    app.selectbox[0].select("characters").run()
    assert not app.exception
    assert "Chunk size" not in sliders(app)
    app.select_slider[0].set_value(256).run()
    assert app.session_state["edited"].chunk_characters == 256
    assert app.select_slider[0].options[0].endswith(" characters")
