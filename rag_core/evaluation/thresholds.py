"""Thresholds that every strategy must reach, for evaluations that run as a check: `--fail-under recall=0.85`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from rag_core.errors import UserError
from rag_core.evaluation.metrics import METRICS
from rag_core.evaluation.results import Evaluation, StrategyEvaluation


class Threshold(NamedTuple):
    """The value that the mean of every strategy must reach: at least it, or at most it where lower is better."""

    metric: str
    value: float

    def is_missed_by(self, evaluated: StrategyEvaluation) -> bool:
        """Whether the strategy's mean is worse, or not available."""
        value = evaluated.metrics[self.metric]
        return value is None or METRICS.get(self.metric).is_worse(value, self.value)


def parse_threshold(text: str) -> Threshold:
    """The threshold that METRIC=VALUE names; raises UserError naming the valid metrics or the bounds of the value."""
    name, _, written = (part.strip().lower() for part in text.partition("="))
    if name not in METRICS:
        raise UserError(
            f"{text!r} is not a threshold: write METRIC=VALUE, such as recall=0.85. Metrics: {', '.join(METRICS)}."
        )
    metric = METRICS.get(name)
    value = _number(written)
    if not metric.minimum <= value <= metric.maximum:
        bounds = f"from {metric.minimum:g}" + ("" if math.isinf(metric.maximum) else f" to {metric.maximum:g}")
        raise UserError(f"{text!r} is not a threshold: the value must be a number {bounds}, such as recall=0.85.")
    return Threshold(name, value)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def shortfall(evaluation: Evaluation, thresholds: Sequence[Threshold]) -> str:
    """One sentence that names the thresholds that were not reached; empty where all were."""
    missed = [
        _sentence(threshold, evaluated)
        for evaluated in evaluation.strategies
        for threshold in thresholds
        if threshold.is_missed_by(evaluated)
    ]
    return f"Not reached: {'; '.join(missed)}." if missed else ""


def _sentence(threshold: Threshold, evaluated: StrategyEvaluation) -> str:
    side = "under" if METRICS.get(threshold.metric).higher_is_better else "over"
    value, column = evaluated.metrics[threshold.metric], f"{evaluated.strategy.name} ({evaluated.strategy.short()})"
    if value is None:
        return f"{threshold.metric} of {column} is not available for these questions and documents"
    return f"{threshold.metric} {value:.4f} of {column} is {side} {threshold.value:g}"
