"""The share of the best score is in sight: one click away while all columns share a budget, else a slider."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from rag_core.ui.shell.plain import plain
from tests.paths import ROOT

NOBODY = f"{'0' * 16}-nobody.txt"  # a document that is not there: nothing is embedded
BUTTON, SLIDER = "Stop at a share of the best score", "Share of the best score"


def opened(*specs: str, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["doc"] = NOBODY
    app.query_params["s"] = list(specs)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def sliders(app: AppTest) -> list[float]:
    assert not app.exception
    return [slider.value for slider in app.slider if slider.label == SLIDER]


def buttons(app: AppTest) -> list[str]:
    assert not app.exception
    return [button.label for button in app.button if button.label == BUTTON]


def budget_of(app: AppTest) -> str:
    return str(next(group for group in app.button_group if group.label == "Budget").value)


def test_while_columns_share_a_budget_one_click_brings_the_slider() -> None:
    app = opened("baseline", "query_spans", n="2000")
    assert (sliders(app), len(buttons(app)), budget_of(app)) == ([], 1, "Equal tokens")
    next(button for button in app.button if button.label == BUTTON).click().run()
    assert (sliders(app), buttons(app), budget_of(app)) == ([0.75], [], "As preset")
    assert "n" not in app.query_params


def test_the_slider_is_the_columns_own_and_survives_a_shared_budget() -> None:
    app = opened("query_spans", "query_spans:budget.score_share=0.9")
    assert sliders(app) == [0.75, 0.9]
    next(slider for slider in app.slider if slider.label == SLIDER).set_value(0.6).run()
    assert app.query_params["s"] == ["query_spans:budget.score_share=0.6", "query_spans:budget.score_share=0.9"]
    for budget in ("Equal k", "As preset"):
        next(group for group in app.button_group if group.label == "Budget").set_value(budget).run()
        assert app.query_params["s"] == ["query_spans:budget.score_share=0.6", "query_spans:budget.score_share=0.9"]
    assert sliders(app) == [0.6, 0.9]


def test_any_column_has_the_slider_whose_budget_is_changed_to_it_and_no_other() -> None:
    app = opened("baseline", "query_spans")
    kinds = [box for box in app.selectbox if box.label == "Budget"]
    kinds[0].select("score_share").run()
    assert sliders(app) == [0.75, 0.75]
    assert app.query_params["s"] == ["baseline:budget.kind=score_share", "query_spans"]
    [box for box in app.selectbox if box.label == "Budget"][1].select("hits").run()
    assert sliders(app) == [0.75]
    assert app.query_params["s"] == ["baseline:budget.kind=score_share", "query_spans:budget.kind=hits"]


def test_a_minimum_over_the_maximum_is_one_calm_message_and_the_column_stays() -> None:
    app = opened("query_spans:budget.max_tokens=100")
    next(slider for slider in app.select_slider if slider.label == "Minimum tokens").set_value(128).run()
    said = plain(
        "budget: the minimum of 128 tokens must not exceed the maximum of 100; lower budget.min_tokens or raise "
        "budget.max_tokens. Until then, this column shows atoms 48 · windows 0, 64, 128, 256, 512, 1024 · hybrid, "
        "0.5 dense · scores from 75% of the best."
    )
    assert [warning.value for warning in app.warning if "minimum" in warning.value] == [said]
    assert app.query_params["s"] == "query_spans:budget.max_tokens=100"
