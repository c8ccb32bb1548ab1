"""What a strategy must reach, for whoever runs an evaluation as a check: `--fail-under recall=0.85`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag_core.errors import UserError
from rag_core.evaluation.results import Evaluation, Shares


class Threshold(NamedTuple):
    """The least mean that every strategy must have, from 0 to 1."""

    measure: str
    least: float


def parse_threshold(text: str) -> Threshold:
    """The threshold that MEASURE=SHARE names; raises UserError naming the valid ones."""
    measure, _, share = (part.strip().lower() for part in text.partition("="))
    try:
        least = float(share)
    except ValueError:
        least = -1.0
    if measure not in Shares.model_fields or not 0 <= least <= 1:
        raise UserError(
            f"{text!r} is not a threshold: write MEASURE=SHARE, a measure of {', '.join(Shares.model_fields)} and a "
            "share from 0 to 1, for example recall=0.85."
        )
    return Threshold(measure, least)


def shortfall(evaluation: Evaluation, thresholds: Sequence[Threshold]) -> str:
    """One sentence that names what falls short; empty where nothing does."""
    missed = [
        f"{measure} {getattr(evaluated, measure):.4f} of {evaluated.strategy.name} "
        f"({evaluated.strategy.short()}) is under {least:g}"
        for evaluated in evaluation.strategies
        for measure, least in thresholds
        if getattr(evaluated, measure) < least
    ]
    return f"Not reached: {'; '.join(missed)}." if missed else ""
