"""An evaluation as a text table: one line per strategy, with the mean size of its context and each metric."""

from __future__ import annotations

from rag_core.evaluation.metrics import METRICS
from rag_core.evaluation.results import Evaluation, StrategyEvaluation


def text_table(evaluation: Evaluation) -> str:
    """The table with aligned columns, numbers to the right."""
    head = ["strategy", "questions", "context tokens", *(metric.label for metric in METRICS.items().values())]
    rows = [head, *(_row(evaluated) for evaluated in evaluation.strategies)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows)


def _row(evaluated: StrategyEvaluation) -> list[str]:
    name = f"{evaluated.strategy.name}: {evaluated.strategy.short()}"
    values = [METRICS.get(metric).text(value) for metric, value in evaluated.metrics.items()]
    return [name, f"{evaluated.questions:,}", f"{evaluated.counts.context_tokens:,.0f}", *values]


def _line(row: list[str], widths: list[int]) -> str:
    name, *numbers = zip(row, widths, strict=True)
    return "  ".join([name[0].ljust(name[1]), *(cell.rjust(width) for cell, width in numbers)])
