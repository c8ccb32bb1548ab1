"""What a model was asked stands in the column: the queries, prompt and reply, time and cost; and stays text."""

from __future__ import annotations

from rag_core.html.model_calls import model_calls_html
from rag_core.html.pieces import failed_column_html
from rag_core.pipeline.results import Column, SearchedQuery
from rag_core.stages.results import ModelCall
from tests.html.comparisons import column_of
from tests.html.reader import MARKUP, Reader, assert_harmless


def call_of(**fields: object) -> ModelCall:
    values = {
        "stage": "query", "purpose": "a hypothetical answer", "prompt": "Write a passage.", "reply": "It was lit.",
        "model": "qwen", "prompt_tokens": 1200, "completion_tokens": 40, "cost_usd": 0.0012, "elapsed_ms": 1500.0,
    }  # fmt: skip
    return ModelCall(**{**values, **fields})  # type: ignore[arg-type]


def column(calls: list[ModelCall], *queries: SearchedQuery) -> Column:
    return column_of([]).model_copy(update={"model_calls": calls, "queries": list(queries)})


def text_of(html: str) -> str:
    return " ".join(Reader(html).text.split())


def test_markup_stays_text() -> None:
    hostile = call_of(purpose=MARKUP, prompt=MARKUP, reply=MARKUP, model=MARKUP, notes=[MARKUP])
    query = SearchedQuery(text=MARKUP, weight=1, role="passage", use="dense")
    html = model_calls_html(column([hostile], query), "?") + failed_column_html(MARKUP)
    assert_harmless(html)
    assert Reader(html).text.count(MARKUP) == 8


def test_prompt_reply_time_and_cost() -> None:
    text = text_of(model_calls_html(column([call_of()]), "?"))
    assert "qwen was asked for a hypothetical answer · 1 call" in text
    assert "1.5 s · tokens in 1,200 · tokens out 40 · cost $0.0012".replace("1.5 s", "1.5\u00a0s") in text.replace(
        "1.5 s", "1.5\u00a0s"
    )
    assert "Prompt Write a passage. Reply It was lit." in text
    assert "from the cache" not in text


def test_several_calls_are_summed_and_unknown_costs_stay_unknown() -> None:
    text = text_of(model_calls_html(column([call_of(), call_of(cost_usd=None)]), "?"))
    assert "asked for a hypothetical answer (2 times) · 2 calls" in text
    summary, _, rest = text.partition("a hypothetical answer ·")
    assert "cost unknown" in summary
    assert "cost $0.0012" in rest


def test_what_came_from_the_cache_is_said() -> None:
    html = model_calls_html(column([call_of(from_cache=True), call_of(from_cache=False)]), "?")
    assert text_of(html).count("from the cache") == 1
    html = model_calls_html(column([call_of(from_cache=True)]), "?")
    assert text_of(html).count("from the cache") == 2


def test_the_queries_are_listed_and_the_question_is_not_repeated() -> None:
    queries = [
        SearchedQuery(text="When was it lit?", weight=1, role="query", use="both"),
        SearchedQuery(text="lighthouse 1871", weight=0.5, role="query", use="both"),
    ]
    text = text_of(model_calls_html(column([], *queries), "When was it lit?"))
    assert text == "Searched for the question weight 1 lighthouse 1871 weight 0.5"


def test_nothing_stands_there_without_calls_and_queries() -> None:
    assert model_calls_html(column([]), "?") == ""
