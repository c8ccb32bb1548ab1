"""What a language model's answer took: times, tokens and cost, each with its definition."""

from __future__ import annotations

from typing import NamedTuple

from rag_core.stages.results import Answer, AnswerUsage
from rag_core.text.numbers import UNKNOWN, milliseconds

_NOT_REPORTED = "The server does not report it."
_NO_PRICE = (
    "This model on this server has no known price, or the server did not report the tokens. "
    "Add its prices to prices.toml in the cache folder, as docs/answers.md says."
)
_BY_LIST = "By the price list, which is rag_core/llms/prices.toml or your own; docs/answers.md says how."


class UsageFigure(NamedTuple):
    """A number of an answer, and what it means."""

    name: str
    value: str
    definition: str = ""


def usage_figures(answer: Answer, prices_date: str | None) -> list[UsageFigure]:
    """Times, calls, tokens and cost, as far as they apply."""
    figures = []
    if answer.first_token_ms is not None:
        figures.append(
            UsageFigure("first token", one_line(answer.first_token_ms), "Time to the first token of the answer.")
        )
    if answer.total_ms is not None:
        figures.append(UsageFigure("total", one_line(answer.total_ms), "Time to the end of the answer, all calls."))
    if answer.usage is not None:
        figures += _counted(answer.usage, prices_date)
    return figures


def _counted(usage: AnswerUsage, prices_date: str | None) -> list[UsageFigure]:
    calls = [UsageFigure(f"{usage.calls}", "calls")] if usage.calls > 1 else []
    return [*calls, *token_figures(usage), cost_figure(usage.cost_usd, prices_date)]


def token_figures(usage: AnswerUsage) -> list[UsageFigure]:
    """The tokens of prompts and answers."""
    return [
        UsageFigure(name, UNKNOWN if count is None else f"{count:,}", _NOT_REPORTED if count is None else definition)
        for name, count, definition in (
            ("tokens in", usage.prompt_tokens, "Tokens of the prompt, as the server counted them."),
            ("tokens out", usage.completion_tokens, "Tokens of the answer, as the server counted them."),
        )
    ]


def cost_figure(cost_usd: float | None, prices_date: str | None = None) -> UsageFigure:
    """The cost in dollars, where it is known."""
    if cost_usd is None:
        return UsageFigure("cost", UNKNOWN, _NO_PRICE)
    dollars = f"${cost_usd:.4f}" if cost_usd < 0.01 else f"${cost_usd:.2f}"
    return UsageFigure("cost", dollars, f"At the prices of {prices_date}." if prices_date else _BY_LIST)


def one_line(ms: float) -> str:
    """A time whose number and unit stay on one line."""
    return milliseconds(ms).replace(" ", "\u00a0")
