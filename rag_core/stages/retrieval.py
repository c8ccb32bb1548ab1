"""The output of the retrieval stage for one question, with the full ranking, so that a miss can be explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.query import Query
from rag_core.stages.ranking import Ranking
from rag_core.stages.results import Hit, ModelCall


@dataclass(frozen=True, eq=False)
class Retrieval:
    """The queries made from a question, the ranking of all entries, the budget's candidates, and the hits.

    `search_ms` is the time for searching, reranking and applying the budget, without embedding the queries and without
    waiting for a language model, which took `model_ms`. `model_calls` are the calls that the question caused, and
    `notices` say what could not be read of the replies.
    """

    question: str
    built: BuiltIndex
    queries: Sequence[Query]
    ranking: Ranking
    candidates: Sequence[Candidate]
    hits: Sequence[Hit]
    search_ms: float
    model_ms: float = 0.0
    model_calls: Sequence[ModelCall] = ()
    notices: Sequence[str] = ()
