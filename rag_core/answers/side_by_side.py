"""The answers of all columns of a comparison, written at the same time."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.answers.jobs import AnswerJob, AnswerJobs
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.llms.base import ChatModel
from rag_core.pipeline.results import Column
from rag_core.progress import Progress, Report

_LOOK_EVERY_S = 0.1


def answered(
    question: str,
    columns: Sequence[Column],
    documents: Sequence[Document],
    llm: ChatModel,
    vectors: Vectors,
    report: Report,
) -> list[Column]:
    """The columns with the model's answers; one that fails says why, and the others have theirs."""
    session = AnswerJobs()
    jobs = [session.get(question, column, documents, llm, vectors) for column in columns]
    try:
        _wait(jobs, llm, report)
    finally:
        session.keep([])  # interrupted, nothing goes on
    return [with_answer(column, job) for column, job in zip(columns, jobs, strict=True)]


def _wait(jobs: Sequence[AnswerJob], llm: ChatModel, report: Report) -> None:
    for job in jobs:
        while not job.wait(_LOOK_EVERY_S):
            report(Progress(f"Answers by {llm.name}", sum(job.state != "running" for job in jobs), len(jobs)))


def with_answer(column: Column, job: AnswerJob) -> Column:
    """The column as it is with what the job has written, or why it failed, by now."""
    timings = column.timings_ms.model_copy(update={"answer_ms": job.elapsed_ms})
    return column.model_copy(update={"answer": job.answer, "answer_error": job.error, "timings_ms": timings})
