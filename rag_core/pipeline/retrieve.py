"""Retrieves the hits for questions from a built index."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from rag_core.pipeline.build import StrategyIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.query import Query
from rag_core.stages.ranking import Ranking, Scored
from rag_core.stages.resources import Resources
from rag_core.stages.results import Hit, Via
from rag_core.stages.retrieval import Retrieval

_DECIMALS = 6  # of a score in the results; further digits vary with the other texts in the batch


def retrieve(built: StrategyIndex, questions: Sequence[str], resources: Resources) -> list[Retrieval]:
    """The hits and the full ranking for each question, in the order of the questions.

    Raises UserError if a model that the strategy uses is unavailable.
    """
    asked = [built.strategy.query.queries(question, resources) for question in questions]
    _embed([query for queries in asked for query in queries], resources)
    return [_retrieved(built, question, queries, resources) for question, queries in zip(questions, asked, strict=True)]


def _embed(queries: Sequence[Query], resources: Resources) -> None:
    """Embed the queries of all questions in one batch, so that no `search_ms` includes it."""
    dense = [query for query in queries if query.use != "bm25"]
    resources.vectors.prepare_queries([query.text for query in dense if query.role == "query"])
    resources.vectors.prepare([query.text for query in dense if query.role == "passage"])


def _retrieved(built: StrategyIndex, question: str, queries: Sequence[Query], resources: Resources) -> Retrieval:
    strategy, started = built.strategy, time.perf_counter()
    found = built.index.search(queries, resources)
    ranking = strategy.rerank.rerank(question, found, built, resources)
    candidates = strategy.budget.take(ranking, lambda prefix: strategy.reference.resolve(prefix, built), built)
    search_ms = 1000 * (time.perf_counter() - started)
    hits = [_hit(built, ranking, rank, candidate) for rank, candidate in enumerate(candidates, 1)]
    return Retrieval(question, built, queries, ranking, candidates, hits, search_ms)


def _hit(built: StrategyIndex, ranking: Ranking, rank: int, candidate: Candidate) -> Hit:
    document = built.documents[candidate.document]
    start, end = candidate.span
    stages = ranking.scores_of(candidate.via[0].entry) if candidate.via else {}
    return Hit(
        document=document.id,
        start=start,
        end=end,
        text=document.text[start:end],
        score=_rounded(candidate.score),
        rank=rank,
        pages=[page.number for page in document.pages_of(start, end)],
        scores={stage: round(score, _DECIMALS) for stage, score in stages.items()},
        via=[_via(built, scored) for scored in candidate.via],
    )


def _via(built: StrategyIndex, scored: Scored) -> Via:
    entry = built.entries[scored.entry]
    start, end = entry.span or (None, None)
    return Via(
        kind=entry.kind,
        start=start,
        end=end,
        text=built.text(entry),
        context=built.text_before(entry),
        score=_rounded(scored.score),
    )


def _rounded(score: float) -> float | None:
    return None if math.isnan(score) else round(score, _DECIMALS)
