"""The view and its address: what is written there is what comes back."""

from __future__ import annotations

from functools import partial

import pytest
from streamlit.runtime.scriptrunner import RerunData
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.testing.v1.element_tree import TextInput

from rag_core.html.palette import MAX_COLUMNS
from tests.paths import ROOT

APP = str(ROOT / "app.py")
NOBODY = f"{'0' * 16}-nobody.txt"  # a document that is not there: nothing is embedded


def opened(**parameters: str | list[str]) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in ({"doc": NOBODY} | parameters).items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def question(app: AppTest) -> TextInput:
    return next(field for field in app.text_input if field.label == "Question")


def address(app: AppTest) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in app.query_params.items()}


def test_a_new_session_compares_the_default_presets_at_equal_tokens() -> None:
    for parameters in ({}, {"q": "Why?"}):
        assert address(opened(**parameters)) == {
            "doc": [NOBODY],
            **{name: [value] for name, value in parameters.items()},
            "s": ["baseline", "chunk_references", "metadata_references", "query_spans"],
            "n": ["2000"],
        }


def test_a_link_with_columns_and_no_budget_has_the_budgets_of_its_columns() -> None:
    app = opened(s=["baseline", "query_spans"])
    assert "n" not in app.query_params
    assert next(group for group in app.button_group if group.label == "Budget").value == "As preset"


VIEWS = [
    {"s": ["baseline"]},
    {"s": ["baseline", "baseline:chunker.chunk_tokens=512"], "q": ["what & why? é+#"], "k": ["7"]},
    {"s": ["chunk_references:reference.child_tokens=64+128"], "n": ["1300"], "tok": ["minilm"]},
    {"s": ["metadata_references:chunker.kind=token,chunker.overlap_tokens=0"], "q": ["x"]},
    {"s": ["query_spans:reference.window_tokens=0+100+300,search.dense_weight=0.7,budget.score_share=0.65"]},
    {
        "s": [
            "baseline:chunker.kind=recursive,chunker.min_chunk_tokens=40,chunker.separators=langchain,budget.min_score=0.2"
        ]
    },
    {"s": ["hybrid:search.language=german,search.stemmed=false,search.fusion=rrf"], "n": ["500"]},
    {"s": ["baseline:budget.kind=tokens,budget.tokens=1234"], "doc": ["sample", NOBODY]},
]


@pytest.mark.parametrize("view", VIEWS)
def test_an_address_comes_back_as_it_was(view: dict[str, list[str]]) -> None:
    assert address(opened(**view)) == {"doc": [NOBODY]} | view


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"k": "abc"}, {}),
        ({"k": "0"}, {"k": ["1"]}),
        ({"k": "-3"}, {}),
        ({"n": "²"}, {}),
        ({"n": "99999999999999999999"}, {}),
        ({"tok": "klingon"}, {}),
        ({"k": "999"}, {"k": ["20"]}),
        ({"n": "1"}, {"n": ["100"]}),
    ],
)
def test_numbers_that_make_no_sense_fall_back(wrong: dict[str, str], right: dict[str, list[str]]) -> None:
    assert address(opened(s="baseline", **wrong)) == {"doc": [NOBODY], "s": ["baseline"]} | right


@pytest.mark.parametrize("spec", ["nonsense", "@/etc/passwd", "@@/etc/passwd", "baseline:x", "baseline:budget.hits=[1"])
def test_a_strategy_that_cannot_be_used_is_named(spec: str) -> None:
    app = opened(s=["chunk_references", spec])
    assert "Part of the link could not be used" in app.warning[0].value
    assert "root:" not in app.warning[0].value
    assert address(app)["s"] == ["chunk_references"]


def test_more_columns_than_there_are_colours_are_left_out() -> None:
    app = opened(s=["baseline"] * 9)
    assert address(app)["s"] == ["baseline"] * MAX_COLUMNS
    assert f"9 columns; only the first {MAX_COLUMNS}" in app.warning[0].value


def test_widgets_change_the_address() -> None:
    app = opened(s="baseline")
    app.select_slider[0].set_value(512).run()
    assert address(app)["s"] == ["baseline:chunker.chunk_tokens=512"]
    question(app).set_value("  Why?  ")
    next(button for button in app.button if button.label == "Compare").click().run()
    assert address(app)["q"] == ["Why?"]
    next(button for button in app.button if button.label == "Column").click().run()
    assert address(app)["s"] == ["baseline:chunker.chunk_tokens=512", "chunk_references"]
    assert not app.exception


def go_back(app: AppTest, monkeypatch: pytest.MonkeyPatch, **parameters: str) -> None:
    """Press Back in the browser, which then has this address."""
    with monkeypatch.context() as patch:
        patch.setattr(local_script_runner, "RerunData", partial(RerunData, is_history_navigation=True))
        receive(app, **parameters)


def receive(app: AppTest, **parameters: str) -> None:
    """A message of a browser that has this address."""
    app.query_params.clear()
    app.query_params.update({"doc": NOBODY} | parameters)
    app.run()
    assert not app.exception


def test_back_brings_the_question_into_its_field_too(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(q="First?")
    assert question(app).value == "First?"
    go_back(app, monkeypatch, q="Second?")
    assert question(app).value == "Second?"
    assert address(app)["q"] == ["Second?"]


@pytest.mark.parametrize("older", [{"s": "baseline"}, {"s": "chunk_references", "q": "Older?", "k": "7"}, {}])
def test_an_address_that_comes_back_late_changes_nothing(older: dict[str, str]) -> None:
    app = opened(s="baseline")
    app.select_slider[0].set_value(512)
    question(app).set_value("Newest?")
    next(button for button in app.button if button.label == "Compare").click().run()
    receive(app, **older)
    assert question(app).value == "Newest?"
    newest = {"doc": [NOBODY], "q": ["Newest?"], "s": ["baseline:chunker.chunk_tokens=512"]}
    assert address(app) == newest


def test_back_to_the_address_that_was_written_last_keeps_what_is_newer(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(s="baseline")
    app.select_slider[0].set_value(512)  # sent together with what follows
    go_back(app, monkeypatch, s="baseline")
    assert address(app)["s"] == ["baseline:chunker.chunk_tokens=512"]


def test_an_invalid_combination_keeps_the_last_valid_strategy() -> None:
    app = opened(s="baseline:chunker.chunk_tokens=24")
    app.select_slider[0].set_value(16).run()
    assert not app.exception
    assert "must be smaller" in app.warning[0].value
    assert address(app)["s"] == ["baseline:chunker.chunk_tokens=24"]
