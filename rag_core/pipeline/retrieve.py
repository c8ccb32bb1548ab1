"""Retrieves the hits for questions from a built index."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TypeVar

from rag_core.documents.document import Document
from rag_core.documents.table_heads import heads_above
from rag_core.errors import UserError
from rag_core.llms.adaptive_concurrency import AdaptiveConcurrency
from rag_core.pipeline.build import StrategyIndex
from rag_core.pipeline.hit_sections import sections_of
from rag_core.pipeline.side_by_side import side_by_side
from rag_core.progress import Progress, Report, ignore
from rag_core.stages.asked import MAX_CALLS_AT_ONCE, Asked
from rag_core.stages.candidate import Candidate
from rag_core.stages.query import Query
from rag_core.stages.ranking import Ranking, Scored
from rag_core.stages.resources import Resources
from rag_core.stages.results import Hit, ModelCall, Via
from rag_core.stages.retrieval import Retrieval

T = TypeVar("T")
_DECIMALS = 6  # of a score in the results; further digits vary with the other texts in the batch


class RetrievalError(UserError):
    """Why a strategy cannot answer a question, such as a failed call of a language model: others may answer it.

    `model_calls` are the calls that had ended before.
    """

    def __init__(self, sentence: str, model_calls: Sequence[ModelCall]) -> None:
        super().__init__(sentence)
        self.model_calls = model_calls


def retrieve(built: StrategyIndex, questions: Sequence[str], resources: Resources) -> list[Retrieval]:
    """The hits and the full ranking for each question, in the order of the questions.

    A strategy that asks a language model asks it for several questions at a time. Raises RetrievalError if the query or
    the reranking fails, and UserError if the embedding model is unavailable.
    """
    strategy = built.strategy
    lanes, patient = AdaptiveConcurrency(MAX_CALLS_AT_ONCE), len(questions) > 1
    asked = [replace(resources, documents=built.documents, asked=Asked(lanes, patient)) for _ in questions]
    steps = [partial(_queries, built, *one) for one in zip(questions, asked, strict=True)]
    queries = _all(steps, strategy.query.asks_llm, resources)
    _embed([query for made in queries for query in made], resources)
    found = [_Found(built, *one) for one in zip(questions, queries, asked, strict=True)]
    for one in found:
        one.search()
    _all([one.rerank for one in found], strategy.rerank.asks_llm, resources)
    return [one.retrieval() for one in found]


def _all(steps: Sequence[Callable[[Report], T]], asks_llm: bool, resources: Resources) -> list[T]:
    """The results of steps, each of which gets a report; several that ask a language model run at the same time."""
    if len(steps) == 1 or not asks_llm or resources.llm is None:
        return [step(resources.report) for step in steps]
    results: dict[int, T] = {}
    name = resources.llm.name

    def report() -> None:
        resources.report(Progress(f"Asking {name}", len(results), len(steps)))

    for position, result in side_by_side([partial(step, ignore) for step in steps], report, MAX_CALLS_AT_ONCE):
        results[position] = result
    return [results[position] for position in range(len(steps))]


def _queries(built: StrategyIndex, question: str, resources: Resources, report: Report) -> Sequence[Query]:
    query, search = built.strategy.query, built.strategy.search
    if query.changes_vectors_only and not search.embeds_entries:
        resources.asked.note(
            f"query.kind={query.kind} changes nothing with search.kind={search.kind}, and was left out."
        )
        return [Query(question)]
    with _failing_with_calls(resources):
        return query.queries(question, replace(resources, report=report))


@contextmanager
def _failing_with_calls(resources: Resources) -> Iterator[None]:
    try:
        yield
    except UserError as error:
        raise RetrievalError(str(error), list(resources.asked.calls)) from error


def _embed(queries: Sequence[Query], resources: Resources) -> None:
    """Embed the queries of all questions in one batch, so that no `search_ms` includes it."""
    dense = [query for query in queries if query.use != "bm25"]
    resources.vectors.prepare_queries([query.text for query in dense if query.role == "query"])
    resources.vectors.prepare([query.text for query in dense if query.role == "passage"])


class _Found:
    """What is found for one question, stage by stage; `search_ms` is the time without waiting for a language model."""

    def __init__(self, built: StrategyIndex, question: str, queries: Sequence[Query], resources: Resources) -> None:
        self._built, self._question, self._queries, self._resources = built, question, queries, resources
        self._search_ms = 0.0

    def search(self) -> None:
        with self._timed():
            self._ranking = self._built.index.search(self._queries, self._resources)

    def rerank(self, report: Report) -> None:
        resources, strategy = replace(self._resources, report=report), self._built.strategy
        with self._timed(), _failing_with_calls(resources):
            self._ranking = strategy.rerank.rerank(self._question, self._ranking, self._built, resources)

    def retrieval(self) -> Retrieval:
        built, strategy, asked = self._built, self._built.strategy, self._resources.asked
        with self._timed():
            candidates = strategy.budget.take(
                self._ranking, lambda prefix: strategy.reference.resolve(prefix, built), built
            )
        sections = sections_of(built.documents, candidates)
        hits = [
            _hit(built, self._ranking, rank, candidate, section)
            for rank, (candidate, section) in enumerate(zip(candidates, sections, strict=True), 1)
        ]
        return Retrieval(
            self._question,
            built,
            self._queries,
            self._ranking,
            candidates,
            hits,
            self._search_ms,
            asked.waited_ms,
            asked.calls,
            asked.notices,
        )

    @contextmanager
    def _timed(self) -> Iterator[None]:
        asked = self._resources.asked
        started, waited_ms = time.perf_counter(), asked.waited_ms
        yield
        self._search_ms += 1000 * (time.perf_counter() - started) - (asked.waited_ms - waited_ms)


def _hit(built: StrategyIndex, ranking: Ranking, rank: int, candidate: Candidate, section: list[str]) -> Hit:
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
        via=_origins(document, candidate) or [_via(built, scored) for scored in candidate.via],
        children=candidate.children,
        section=section,
        table_head=heads_above(document, start),
    )


def _origins(document: Document, candidate: Candidate) -> list[Via]:
    """What the score of a candidate is the mean of, if it is not that of its best entry."""
    return [
        Via(kind=kind, start=start, end=end, text=document.text[start:end], score=_rounded(score))
        for kind, (start, end), score in candidate.origins
    ]


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
