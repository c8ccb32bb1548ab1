"""The output of a search: entries with scores, best first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import starmap
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray


class Scored(NamedTuple):
    """An entry's position in the index, and its score; NaN if it has none."""

    entry: int
    score: float


class ScoredEntries(Sequence[Scored]):
    """Scored entries in arrays of shape (entries,); each is made when it is asked for, since few of a ranking are."""

    def __init__(self, entries: NDArray[np.intp], scores: NDArray[np.floating[Any]]) -> None:
        self._entries, self._scores = entries, scores

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, place: int) -> Scored: ...

    @overload
    def __getitem__(self, place: slice) -> ScoredEntries: ...

    def __getitem__(self, place: int | slice) -> Scored | ScoredEntries:
        if isinstance(place, slice):
            return ScoredEntries(self._entries[place], self._scores[place])
        return Scored(int(self._entries[place]), float(self._scores[place]))

    def __iter__(self) -> Iterator[Scored]:
        return starmap(Scored, zip(self._entries.tolist(), self._scores.tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class Ranking:
    """Scored entries, best first; those without a score come last.

    `complete` says whether the ranking contains every entry of the index, which that of an approximate search does not.
    `stages` maps the name of a stage to its scores: an array with one score per entry of the index, NaN for entries
    that the stage did not score.
    """

    scored: Sequence[Scored]
    complete: bool = True
    stages: Mapping[str, NDArray[np.floating[Any]]] = field(default_factory=dict)

    @property
    def last_stage(self) -> str:
        """The stage whose scores the entries are ranked by; empty for a ranking without scores."""
        return next(reversed(list(self.stages)), "")

    def best(self, count: int) -> list[int]:
        """The positions in the index of the best entries, at most `count` of them."""
        return [scored.entry for scored in self.scored[:count]]

    def scores_of(self, entry: int) -> dict[str, float]:
        """The scores of an entry by stage, in the order of the stages; stages that did not score it are left out."""
        found = {stage: float(scores[entry]) for stage, scores in self.stages.items()}
        return {stage: score for stage, score in found.items() if not np.isnan(score)}
