"""Makes answers from hits: extractive ones, and ones that a language model writes."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.answers.extractive import extractive_answer
from rag_core.answers.jobs import AnswerJob, AnswerJobs, AnswerRequest
from rag_core.answers.quotable import quotable_sentences
from rag_core.cache import ArrayCache, TextCache
from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.pipeline.build import StrategyIndex
from rag_core.pipeline.results import Column
from rag_core.progress import Progress, Report
from rag_core.stages.resources import Resources
from rag_core.stages.results import Answer, Hit
from rag_core.stages.retrieval import Retrieval
from rag_core.strategy import Strategy

_POLL_INTERVAL_S = 0.1


def answer(retrieval: Retrieval, resources: Resources) -> Answer:
    """The answer to the question of a retrieval, written by the chat model if there is one, and extractive otherwise.

    Raises UserError if the chat model fails.
    """
    if resources.llm is None:
        return timed_extractive_answer(retrieval, resources)[0]
    built = retrieval.built
    assert isinstance(built, StrategyIndex)  # as `retrieve` makes it
    request = _request(
        retrieval.question, built.strategy, retrieval.hits, built.documents, resources.llm, resources.cache
    )
    job = AnswerJob(request)
    try:
        _wait([job], resources.llm, resources.report)
    finally:
        job.stop()
    if job.answer is None:
        raise UserError(job.error or "The answer was stopped.")
    return job.answer


def timed_extractive_answer(retrieval: Retrieval, resources: Resources) -> tuple[Answer, float]:
    """The extractive answer, and the milliseconds that it took, including embedding the sentences of the hits."""
    vectors = resources.vectors
    elapsed_ms = vectors.start_clock()
    vectors.take_embed_ms()  # what the search had embedded, such as a written query, is not the answer's
    found = quotable_sentences(retrieval.hits, retrieval.built.documents)
    made = extractive_answer(retrieval.question, found, vectors)
    return made, elapsed_ms() + vectors.take_embed_ms()


def request_for(
    question: str, column: Column, documents: Sequence[Document], llm: ChatModel, cache: ArrayCache
) -> AnswerRequest:
    """The request for an answer from the hits of a column; `documents` are those that were searched."""
    return _request(question, column.strategy, column.hits, documents, llm, cache)


def _request(
    question: str,
    strategy: Strategy,
    hits: Sequence[Hit],
    documents: Sequence[Document],
    llm: ChatModel,
    cache: ArrayCache,
) -> AnswerRequest:
    described = strategy.model_dump_json(exclude={"name"})
    return AnswerRequest(question, hits, documents, llm, TextCache(cache), strategy.answer, described)


def answered(
    question: str,
    columns: Sequence[Column],
    documents: Sequence[Document],
    llm: ChatModel,
    cache: ArrayCache,
    report: Report,
) -> list[Column]:
    """The columns with answers of the chat model, written in parallel; `answer_error` explains a failed answer.

    A column that has an `error` gets none.
    """
    session = AnswerJobs()
    jobs = {
        position: session.get(request_for(question, column, documents, llm, cache))
        for position, column in enumerate(columns)
        if not column.error
    }
    try:
        _wait(list(jobs.values()), llm, report)
    finally:
        session.keep([])  # stops the jobs if the wait was interrupted
    return [with_answer(column, jobs[i]) if i in jobs else column for i, column in enumerate(columns)]


def with_answer(column: Column, job: AnswerJob) -> Column:
    """The column with the current answer of the job, or with the reason why the job failed."""
    timings = column.timings_ms.model_copy(update={"answer_ms": job.elapsed_ms})
    return column.model_copy(update={"answer": job.answer, "answer_error": job.error, "timings_ms": timings})


def _wait(jobs: Sequence[AnswerJob], llm: ChatModel, report: Report) -> None:
    for job in jobs:
        while not job.wait(_POLL_INTERVAL_S):
            report(Progress(f"Answers by {llm.name}", sum(job.state != "running" for job in jobs), len(jobs)))
