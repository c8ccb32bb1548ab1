"""Has a language model write the texts about chunks that strategies need, and says what is written."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.cli.amounts import cost_text
from rag_core.cli.progress_line import print_message, report_progress
from rag_core.documents.document import Document
from rag_core.documents.files import read_file
from rag_core.documents.limits import RAISE_FILE_MB, current_limits
from rag_core.embeddings.vectors import Vectors
from rag_core.enrichment.estimate import Estimate
from rag_core.enrichment.job import Failure, WritingJob
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.pipeline import enrichment as writing
from rag_core.strategy import Strategy
from rag_core.text.numbers import counted
from rag_core.text.printable import printable


def write_missing(
    strategies: Sequence[Strategy],
    documents: Sequence[Document],
    llm: ChatModel | None,
    vectors: Vectors,
    *,
    confirmed: bool,
) -> str:
    """Write the missing texts of every strategy; returns why some could not be written, or nothing.

    Each text that failed is printed on standard error. Raises UserError with an estimate of the cost unless it is
    confirmed.
    """
    failures: list[Failure] = []
    for strategy in strategies:
        if not strategy.reference.written_texts:
            continue
        status = writing.status(strategy, documents, llm, vectors)
        if status.written < status.texts:
            job = _start(strategy, documents, llm, vectors, status, confirmed=confirmed)
            try:
                job.wait(report_progress)
            except UserError as error:  # the server is gone: no text of another strategy could be written either
                return str(error)
            failures += job.failures
    for failure in failures:
        print_message(f"{failure.document}, chunk {failure.chunk}, {failure.what}: {failure.sentence}")
    return _failed(len(failures)) if failures else ""


def _failed(texts: int) -> str:
    return f"{counted(texts, 'text')} failed; run the command again to retry {'it' if texts == 1 else 'them'}."


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
        missing = status.texts - status.written
        raise UserError(
            f"{strategy.name} requires {status.many} by a language model; {missing:,} of {status.texts:,} "
            f"{'is' if missing == 1 else 'are'} missing. Name a model with --llm, or import a file with the command "
            "metadata."
        )
    if not confirmed:
        estimated = _estimate_text(writing.estimate(strategy, documents, llm, vectors), llm)
        raise UserError(" ".join(filter(None, [estimated, status.limit_notice, "Confirm with --yes."])))
    return writing.start_writing(strategy, documents, llm, vectors)


def import_file(path: str, strategy: Strategy, documents: Sequence[Document], vectors: Vectors) -> None:
    """Import texts about chunks from a JSON file. Raises UserError if it cannot be read or does not fit."""
    data = read_file(path, f"The file {printable(path)}".rstrip(), current_limits().file_mb, RAISE_FILE_MB)
    writing.import_json(data, strategy, documents, vectors)


def missing_text_notice(
    strategy: Strategy, documents: Sequence[Document], llm: ChatModel | None, vectors: Vectors
) -> str:
    """A sentence about the strategy's texts that are not written, and so not searched; empty if there are none."""
    if not strategy.reference.written_texts:
        return ""
    status = writing.status(strategy, documents, llm, vectors)
    missing = status.texts - status.written
    if not missing:
        return ""
    are = "is" if missing == 1 else "are"
    return f"{missing:,} of {status.texts:,} {status.many} {are} missing; the rest is searched."


def status_text(strategy: Strategy, documents: Sequence[Document], llm: ChatModel | None, vectors: Vectors) -> str:
    """How many chunks have their texts, by which models, and an estimate of the rest."""
    status = writing.status(strategy, documents, llm, vectors)
    by = "".join(f"; {model} wrote {counted(count, 'text')}" for model, count in status.models.items())
    have = "has" if 1 in (status.complete, status.chunks) else "have"
    lines = [f"{status.complete:,} of {counted(status.chunks, 'chunk')} {have} {status.one}{by}."]
    if llm is not None and status.written < status.texts:
        estimated = _estimate_text(writing.estimate(strategy, documents, llm, vectors), llm)
        lines += filter(None, [status.limit_notice, estimated])
    return printable("\n".join(lines), lines=True)


def _estimate_text(estimate: Estimate, llm: ChatModel) -> str:
    timed = f"from {counted(estimate.timed_calls, 'timed call')}" if estimate.timed_calls else "a rough guess"
    exceed = "exceeds" if estimate.too_long == 1 else "exceed"
    too_long = f" {counted(estimate.too_long, 'chunk')} {exceed} the model's context window."
    called = f"{llm.name} would be called {counted(estimate.calls, 'time')}"
    tokens = f"about {estimate.prompt_tokens:,} prompt tokens, {estimate.completion_tokens:,} completion tokens"
    takes = f"cost {cost_text(estimate.cost_usd)}, time {estimate.seconds:,.0f} s ({timed})"
    return f"{called}: {tokens}, {takes}.{too_long if estimate.too_long else ''}"
