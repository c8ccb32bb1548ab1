"""The Chunks page without a browser: a deep link works, and a change of a chunker is the column's."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest

from rag_core.ui.shell.library import library
from tests.paths import ROOT

APP, PAGE = str(ROOT / "app.py"), "pages/Chunks.py"


def opened(**parameters: str | list[str]) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=180).switch_page(PAGE)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    """What the linked page shows beside the picture."""
    return "".join(json.loads(element.proto.json)["texts"] for element in app.get("bidi_component"))


def sizes(app: AppTest) -> list[int]:
    return [slider.value for slider in app.select_slider if slider.label == "Chunk size"]


def specs(app: AppTest) -> list[str]:
    return app.query_params["s"]


def test_a_deep_link_shows_the_cuts_of_its_columns() -> None:
    app = opened(s=["baseline:chunker.chunk_tokens=512", "baseline:chunker.kind=token,chunker.chunk_tokens=128"])
    assert html(app).count("<section") == 2
    assert sizes(app) == [512, 128]
    assert app.get("plotly_chart")


def test_columns_that_cut_alike_are_shown_once() -> None:
    app = opened(s=["baseline", "metadata_references"])
    assert html(app).count("<section") == 1


def test_a_change_of_a_chunker_is_the_columns_and_goes_to_compare_and_back() -> None:
    app = opened(s=["baseline:chunker.chunk_tokens=512", "chunk_references"], q="Why?", tok="minilm")
    app.select_slider[0].set_value(256).run()
    assert specs(app) == ["baseline:chunker.chunk_tokens=256", "chunk_references"]
    view = dict(app.query_params)
    app.switch_page("app.py").run()
    assert not app.exception
    assert sizes(app) == [256, 1024]
    assert "Why?" in [field.value for field in app.text_input if field.label == "Question"]
    assert dict(app.query_params) == view
    app.switch_page(PAGE).run()
    assert app.select_slider[0].value == 256
    assert dict(app.query_params) == view


def test_a_second_chunker_is_that_of_a_new_column() -> None:
    app = opened(s="baseline")
    next(button for button in app.button if button.label == "Chunker").click().run()
    assert not app.exception
    assert specs(app) == ["baseline", "baseline"]
    assert html(app).count("<section") == 2


def test_a_second_chunker_is_that_of_another_of_six_columns() -> None:
    app = opened(s=["baseline"] * 6, c="2")
    next(button for button in app.button if button.label == "Chunker").click().run()
    assert not app.exception
    assert app.query_params["c"] == "2,1"


def test_an_excerpt_out_of_range_is_the_last() -> None:
    app = opened(s="baseline", e="99", c="9")
    assert "c=9 is out of range" in app.warning[0].value
    last = len(library.sample().pages)
    assert f"page {last} of {last}" in " ".join(caption.value for caption in app.caption)
