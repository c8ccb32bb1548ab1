"""What every reranker promises."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from rag_core.part import Part, Slot, add_slot
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.ranking import Ranking, Scored
from rag_core.stages.resources import Resources


class Reranker(Part):
    """Re-scores the best of what the search found."""

    slot: ClassVar[str] = "rerank"

    @abstractmethod
    def rerank(self, question: str, ranking: Ranking, built: BuiltIndex, resources: Resources) -> Ranking:
        """The ranking with new scores, best first; see `reranked` for those that get none."""


def reranked(ranking: Ranking, scores: Mapping[int, float], entries: int) -> Ranking:
    """The ranking by new scores of some of its entries; the others follow in their order, with the scores they had.

    `entries` is the number of entries in the index. Entries with equal new scores stay in the order that they had.
    """
    given = np.full(entries, np.nan, np.float32)
    given[list(scores)] = list(scores.values())
    first = sorted((one for one in ranking.scored if one.entry in scores), key=lambda one: -scores[one.entry])
    rest = [one for one in ranking.scored if one.entry not in scores]
    scored = [*(Scored(one.entry, scores[one.entry]) for one in first), *rest]
    return Ranking(scored, ranking.complete, {**ranking.stages, "rerank": given})


add_slot(Slot("rerank", order=60, title="Reranking", default={"kind": "none"}, base=Reranker))
