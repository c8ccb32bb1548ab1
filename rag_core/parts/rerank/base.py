"""The slot `rerank`, the base class of its kinds, and a helper for them."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from rag_core.part import Part, Slot, add_slot
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.ranking import Ranking, Scored
from rag_core.stages.resources import Resources


class Reranker(Part):
    """Scores the best entries of a search again, and sorts them by the new scores.

    `asks_llm` says whether a language model is asked for each question; `max_calls` is then how often at most.
    """

    slot: ClassVar[str] = "rerank"
    asks_llm: ClassVar[bool] = False

    @property
    def max_calls(self) -> int:
        """The maximum number of calls of a language model for one question."""
        return 0

    @property
    def named_model(self) -> str:
        """The folder or the name on the hub of a model that is loaded for the reranking; empty without one."""
        return ""

    def score_name_of(self, searched: str) -> str:
        """The name of the scores after reranking, those of the search being called `searched`; see `Search`."""
        return f"{self.label} score"

    @abstractmethod
    def rerank(self, question: str, ranking: Ranking, built: BuiltIndex, resources: Resources) -> Ranking:
        """The ranking with new scores, best first; use `reranked` if only some entries get new scores.

        Raises UserError if a model that the reranker uses fails.
        """


def reranked(ranking: Ranking, scores: Mapping[int, float], entries: int) -> Ranking:
    """The ranking sorted by `scores`, the new scores of some of its entries by their positions in the index.

    Entries with equal new scores stay in their order. Entries without one follow in their order, and have no
    score: that of the search is on another scale. `entries` is the number of entries in the index.
    """
    first = sorted((one for one in ranking.scored if one.entry in scores), key=lambda one: -scores[one.entry])
    return reranked_in_order(ranking, [Scored(one.entry, scores[one.entry]) for one in first], entries)


def reranked_in_order(ranking: Ranking, first: Sequence[Scored], entries: int) -> Ranking:
    """As `reranked`, where the reranker has ordered its entries itself."""
    scores = dict(first)
    given = np.full(entries, np.nan, np.float32)
    given[list(scores)] = list(scores.values())
    rest = [Scored(one.entry, math.nan) for one in ranking.scored if one.entry not in scores]
    return Ranking([*first, *rest], ranking.complete, {**ranking.stages, "rerank": given})


add_slot(Slot("rerank", order=60, title="Reranking", default={"kind": "none"}, base=Reranker))
