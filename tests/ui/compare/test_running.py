"""A slider that moves runs its own column again, and no other one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from streamlit.testing.v1 import AppTest

from rag_core.pipeline.compare import ReadyColumn, compare_columns
from rag_core.strategy import Strategy
from rag_core.ui.compare import running
from tests.html.reader import stripped_of_tags
from tests.paths import ROOT

SPECS = ["baseline:budget.hits=1", "query_spans:budget.score_share=0.9", "hybrid"]


@pytest.fixture
def run_columns(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What was run, each time that something was: the columns, in short."""
    seen: list[list[str]] = []

    def noted(
        documents: object, question: str, strategies: Sequence[Strategy], **rest: object
    ) -> Iterator[ReadyColumn]:
        seen.append([strategy.name for strategy in strategies])
        return compare_columns(documents, question, strategies, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "compare_columns", noted)
    return seen


def hit_texts(app: AppTest) -> list[str]:
    assert not app.exception
    bodies = [element.proto.body for element in app.get("html")]
    return [stripped_of_tags(body) for body in bodies if body.startswith('<div class="cs-hit ')]


def test_a_slider_runs_its_own_column_and_the_others_stay(run_columns: list[list[str]]) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    app.query_params["q"], app.query_params["s"] = "How much overlap is enough?", SPECS
    app.run()
    before = hit_texts(app)
    assert run_columns == [["baseline", "query_spans", "hybrid"]]
    share = next(slider for slider in app.slider if slider.label == "Share of the best score")
    share.set_value(0.5).run()
    assert run_columns[1:] == [["query_spans"]]
    lower = hit_texts(app)
    assert len(lower) > len(before)
    share = next(slider for slider in app.slider if slider.label == "Share of the best score")
    share.set_value(0.9).run()
    assert hit_texts(app) == before
    assert len(run_columns) == 2, "both results are remembered"


def test_an_added_column_is_run_alone_and_a_removed_one_runs_nothing(run_columns: list[list[str]]) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    app.query_params["q"], app.query_params["s"] = "How much overlap is enough?", SPECS
    app.run()
    next(button for button in app.button if button.label == "Column").click().run()
    assert run_columns[1:] == [["chunk_references"]]
    next(button for button in app.button if button.key.startswith("remove")).click().run()
    assert len(run_columns) == 2
    assert app.query_params["s"] == [*SPECS[1:], "chunk_references"]
    assert hit_texts(app)
