"""Has a language model write the summaries and questions that strategies need, and says what is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag_core.cli.amounts import cost_text
from rag_core.cli.progress_line import print_message
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.enrichment.estimate import Estimate
from rag_core.enrichment.job import Failure, WritingJob
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.pipeline import enrichment as writing
from rag_core.progress import Report
from rag_core.strategy import Strategy


def write_missing(
    strategies: Sequence[Strategy],
    documents: Sequence[Document],
    llm: ChatModel | None,
    vectors: Vectors,
    report: Report,
    *,
    confirmed: bool,
) -> list[Failure]:
    """Write the missing texts of every strategy; the failures are returned, and printed on standard error.

    Raises UserError with an estimate of the cost unless it is confirmed.
    """
    failures: list[Failure] = []
    for strategy in strategies:
        if strategy.reference.written_questions is None:
            continue
        status = writing.status(strategy, documents, llm, vectors)
        if status.written < status.texts:
            job = _start(strategy, documents, llm, vectors, status, confirmed=confirmed)
            job.wait(report)
            failures += job.failures
    for failure in failures:
        print_message(f"{failure.document}, chunk {failure.chunk}, {failure.what}: {failure.sentence}")
    return failures


def _start(
    strategy: Strategy,
    documents: Sequence[Document],
    llm: ChatModel | None,
    vectors: Vectors,
    status: writing.Status,
    *,
    confirmed: bool,
) -> WritingJob:
    if llm is None:
        raise UserError(
            f"{strategy.name} requires summaries and questions by a language model; "
            f"{status.texts - status.written:,} of {status.texts:,} are missing. Name a model with --llm, or import a "
            "file with the command metadata."
        )
    if not confirmed:
        raise UserError(
            f"{_estimate_text(writing.estimate(strategy, documents, llm, vectors), llm)} Confirm with --yes."
        )
    return writing.start_writing(strategy, documents, llm, vectors)


def import_file(path: str, strategy: Strategy, documents: Sequence[Document], vectors: Vectors) -> None:
    """Import summaries and questions from a JSON file. Raises UserError if it cannot be read or does not fit."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise UserError(f"The file {path} could not be read: {error.strerror}.") from None
    writing.import_json(data, strategy, documents, vectors)


def status_text(strategy: Strategy, documents: Sequence[Document], llm: ChatModel | None, vectors: Vectors) -> str:
    """How many chunks have their texts, by which models, and an estimate of the rest."""
    status = writing.status(strategy, documents, llm, vectors)
    by = "".join(f"; {model} wrote {count:,} texts" for model, count in status.models.items())
    lines = [f"{status.complete:,} of {status.chunks:,} chunks have a summary and questions{by}."]
    if llm is not None and status.written < status.texts:
        lines.append(_estimate_text(writing.estimate(strategy, documents, llm, vectors), llm))
    return "\n".join(lines)


def _estimate_text(estimate: Estimate, llm: ChatModel) -> str:
    timed = f"from {estimate.timed_calls:,} timed calls" if estimate.timed_calls else "a rough guess"
    left_out = f" {estimate.too_long:,} chunks exceed the model's context window." if estimate.too_long else ""
    tokens = f"about {estimate.prompt_tokens:,} prompt tokens, {estimate.completion_tokens:,} completion tokens"
    takes = f"cost {cost_text(estimate.cost_usd)}, time {estimate.seconds:,.0f} s ({timed})"
    return f"{llm.name} would be called {estimate.calls:,} times: {tokens}, {takes}.{left_out}"
