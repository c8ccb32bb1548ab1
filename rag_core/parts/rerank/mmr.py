"""The reranker `mmr`: maximal marginal relevance, which prefers entries unlike those before them."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from typing_extensions import override

from rag_core.errors import UserError
from rag_core.part import register
from rag_core.parts.rerank.base import Reranker, reranked_in_order
from rag_core.parts.rerank.entry_vectors import vectors_of
from rag_core.parts.rerank.marginal_relevance import mmr, scaled_to_one, similarities
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.ranking import Ranking, Scored
from rag_core.stages.resources import Resources


@register
class MMR(Reranker):
    """Takes, again and again, the entry that is relevant and unlike those taken: maximal marginal relevance.

    The score of an entry when it is taken is lambda * relevance - (1 - lambda) * the highest cosine similarity to an
    entry taken before it, nothing for the first (Carbonell and Goldstein 1998, "The Use of MMR, Diversity-Based
    Reranking for Reordering Documents and Producing Summaries"). The relevance is the cosine similarity to the question
    after a dense search of one level; other scores have another scale than the similarity between entries, so that they
    are scaled over the whole ranking to the range from 0 to 1. Between entries with several levels, the similarity is
    the mean over the levels.
    """

    kind: Literal["mmr"] = "mmr"
    label: ClassVar[str] = "MMR"
    summary: ClassVar[str] = "Maximal marginal relevance: prefers entries that are unlike those ranked before them"

    lambda_mult: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Lambda",
        description="1: only relevance counts, which leaves the order unchanged; 0: only being unlike the entries "
        "ranked before",
    )
    entries: int = Field(
        50, ge=1, le=200, title="Entries reranked", description="Number of best entries that are reranked"
    )

    @override
    def short(self) -> str:
        return f"MMR {self.lambda_mult:g}"

    @override
    def rerank(self, question: str, ranking: Ranking, built: BuiltIndex, resources: Resources) -> Ranking:
        first = ranking.best(self.entries)
        if not first:
            return ranking
        relevance = _relevance(ranking, len(first))
        order, scores = mmr(relevance, similarities(vectors_of(first, built, resources)), self.lambda_mult)
        taken = [Scored(first[i], float(score)) for i, score in zip(order, scores, strict=True)]
        return reranked_in_order(ranking, taken, len(built.entries))


def _relevance(ranking: Ranking, count: int) -> NDArray[np.floating[Any]]:
    """The relevance of the first entries of the ranking."""
    scores = np.array([scored.score for scored in ranking.scored], np.float64)
    if np.isnan(scores[:count]).any():
        raise UserError(
            "rerank.kind=mmr weighs the scores of a search, and this search gives none. Choose search.kind=dense or "
            "another search with scores, or rerank.kind=none."
        )
    if ranking.last_stage == "dense":
        return scores[:count]
    return scaled_to_one(scores)[:count]
