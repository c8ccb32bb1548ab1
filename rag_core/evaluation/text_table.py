"""An evaluation as a table for people: a line a strategy, shares in percent."""

from __future__ import annotations

from rag_core.evaluation.results import Evaluation, StrategyEvaluation

_HEAD = ["strategy", "questions", "recall", "precision", "IoU", "precision omega"]


def text_table(evaluation: Evaluation) -> str:
    """Columns under each other, numbers flush right."""
    rows = [_HEAD, *(_row(evaluated) for evaluated in evaluation.strategies)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows)


def _row(evaluated: StrategyEvaluation) -> list[str]:
    shares = [evaluated.recall, evaluated.precision, evaluated.iou, evaluated.precision_omega]
    name = f"{evaluated.strategy.name}: {evaluated.strategy.short()}"
    return [name, f"{evaluated.questions:,}", *(f"{100 * share:.1f} %" for share in shares)]


def _line(row: list[str], widths: list[int]) -> str:
    name, *numbers = zip(row, widths, strict=True)
    return "  ".join([name[0].ljust(name[1]), *(cell.rjust(width) for cell, width in numbers)])
