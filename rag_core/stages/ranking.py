"""The output of a search: entries with scores, best first."""

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

    `complete` says whether the ranking contains every entry of the index, which that of an approximate search does not.
    `stages` maps the name of a stage to its scores: an array with one score per entry of the index, NaN for entries
    that the stage did not score.
    """

    scored: Sequence[Scored]
    complete: bool = True
    stages: Mapping[str, NDArray[np.floating[Any]]] = field(default_factory=dict)

    def scores_of(self, entry: int) -> dict[str, float]:
        """The scores of an entry by stage, in the order of the stages; stages that did not score it are left out."""
        found = {stage: float(scores[entry]) for stage, scores in self.stages.items()}
        return {stage: score for stage, score in found.items() if not np.isnan(score)}
