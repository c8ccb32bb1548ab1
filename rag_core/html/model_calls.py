"""What a language model was asked for a column's hits, and the queries that were searched, as HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rag_core.html.answer_usage import UsageFigure, cost_figure, one_line, token_figures
from rag_core.html.templating import render
from rag_core.pipeline.results import Column, SearchedQuery
from rag_core.stages.results import AnswerUsage, ModelCall, usage_of
from rag_core.text.numbers import counted

_USES = {"dense": "compared as a vector", "bm25": "for BM25", "both": ""}


class _Searched(NamedTuple):
    """A query that was searched: its text, or that it is the question, and how it was used."""

    text: str
    is_question: bool
    details: str


class _Asked(NamedTuple):
    """A call: what was asked for, its time, tokens and cost, and the texts themselves."""

    purpose: str
    figures: Sequence[UsageFigure]
    from_cache: bool
    cut: bool
    prompt: str
    reply: str
    notes: Sequence[str]


def model_calls_html(column: Column, question: str) -> str:
    """The queries that were searched, and the calls with prompt, reply, time and cost; empty without either."""
    calls = column.model_calls
    if not calls and not column.queries:
        return ""
    weighted = len({query.weight for query in column.queries}) > 1
    return render(
        "model_calls",
        summary=_summary(calls),
        figures=_figures(usage_of(calls), column.timings_ms.model_ms) if calls else [],
        all_cached=bool(calls) and all(call.from_cache for call in calls),
        calls=[_asked(call) for call in calls],
        queries=[_searched(query, question, weighted) for query in column.queries],
    )


def _summary(calls: Sequence[ModelCall]) -> str:
    """Who was asked for what, in a line."""
    models = " and ".join(dict.fromkeys(call.model for call in calls))
    purposes = ", ".join(
        f"{purpose} ({count} times)" if count > 1 else purpose
        for purpose, count in Counter(call.purpose for call in calls).items()
    )
    return f"{models} was asked for {purposes}" if calls else ""


def _figures(usage: AnswerUsage, model_ms: float) -> list[UsageFigure]:
    waited = UsageFigure("waited", one_line(model_ms), "How long the column waited for the replies.")
    calls = UsageFigure("", counted(usage.calls, "call"))
    return [calls, waited, cost_figure(usage.cost_usd)]


def _asked(call: ModelCall) -> _Asked:
    usage = usage_of([call])
    took = UsageFigure("", one_line(call.elapsed_ms), "From the call to the end of the reply.")
    figures = [took, *token_figures(usage), cost_figure(usage.cost_usd)]
    return _Asked(call.purpose, figures, call.from_cache, call.cut, call.prompt, call.reply, call.notes)


def _searched(query: SearchedQuery, question: str, weighted: bool) -> _Searched:
    role = "embedded as a passage" if query.role == "passage" else ""
    weight = f"weight {query.weight:g}" if weighted else ""
    details = " · ".join(filter(None, (role, _USES[query.use], weight)))
    return _Searched(query.text, query.text == question, details)
