"""What is found: entries with scores, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Scored(NamedTuple):
    """An entry's position in the index, and its score."""

    entry: int
    score: float


@dataclass(frozen=True, eq=False)
class Ranking:
    """Scored entries, best first.

    `complete` says whether all entries of the index are in it: an approximate search returns what it found. `stages`
    holds each stage's own score by entry: arrays of shape (entries of the index,), NaN where the stage gave none.
    """

    scored: Sequence[Scored]
    complete: bool = True
    stages: Mapping[str, NDArray[np.floating[Any]]] = field(default_factory=dict)

    def scores_of(self, entry: int) -> dict[str, float]:
        """What each stage gave an entry, in the order of the stages."""
        found = {stage: float(scores[entry]) for stage, scores in self.stages.items()}
        return {stage: score for stage, score in found.items() if not np.isnan(score)}
