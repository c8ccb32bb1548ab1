"""What one question found in a built index; the full ranking stays, so that a miss can be explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.query import Query
from rag_core.stages.ranking import Ranking
from rag_core.stages.results import Hit


@dataclass(frozen=True, eq=False)
class Retrieval:
    """The queries that were made of a question, the ranking of entries, what the budget took of it, and the hits.

    `search_ms` is the time for searching, re-scoring and taking, the queries' vectors being there.
    """

    question: str
    built: BuiltIndex
    queries: Sequence[Query]
    ranking: Ranking
    candidates: Sequence[Candidate]
    hits: Sequence[Hit]
    search_ms: float
