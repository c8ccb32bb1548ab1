"""What the commands do with a language model: naming it, having metadata written, and what answers took."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.enrichment import writing
from rag_core.enrichment.estimate import Estimate
from rag_core.enrichment.job import Failure, WritingJob
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.llms.choice import NUMBERS, LlmChoice, chosen_by_environment, llm_of
from rag_core.pipeline.results import Answer
from rag_core.progress import Report
from rag_core.strategy import Strategy


def chat_model(options: Namespace, *, wanted: bool) -> ChatModel | None:
    """The one that the options name; else, if one is wanted, the environment's, asked as the options say.

    None where neither names one.
    """
    if options.llm:
        choice = LlmChoice(options.llm, options.model, options.base_url)
    elif options.model or options.base_url:
        raise UserError("--model and --base-url need --llm: openai, or openai-like for any other server.")
    elif not wanted or (named := chosen_by_environment()) is None:
        return None
    else:
        choice = named
    given = {field: value for field in NUMBERS if (value := getattr(options, field)) is not None}
    return llm_of(choice._replace(**given))


def have_written(
    strategies: Sequence[Strategy],
    documents: Sequence[Document],
    llm: ChatModel | None,
    vectors: Vectors,
    report: Report,
    *,
    yes: bool,
) -> list[Failure]:
    """The summaries and questions that strategies want of a model; those that failed are printed too.

    Raises UserError with the estimate without --yes.
    """
    failures: list[Failure] = []
    for strategy in strategies:
        if strategy.reference.written_questions is None:
            continue
        status = writing.status(strategy, documents, llm, vectors)
        if status.written < status.texts:
            job = _started(strategy, documents, llm, vectors, status, yes)
            job.wait(report)
            _print_failures(job.failures)
            failures += job.failures
    return failures


def _started(
    strategy: Strategy,
    documents: Sequence[Document],
    llm: ChatModel | None,
    vectors: Vectors,
    status: writing.Status,
    yes: bool,
) -> WritingJob:
    if llm is None:
        raise UserError(
            f"{strategy.name} wants summaries and questions by a language model, of which "
            f"{status.texts - status.written:,} of {status.texts:,} are not written: name one with --llm, or import a "
            "set with the command metadata."
        )
    if not yes:
        estimate = writing.estimate(strategy, documents, llm, vectors)
        raise UserError(f"{_estimated(estimate, llm)} Start it with --yes.")
    return writing.start_writing(strategy, documents, llm, vectors)


def import_set(path: str, strategy: Strategy, documents: Sequence[Document], vectors: Vectors) -> int:
    """Take a set from a file; for how many chunks. Raises UserError where it cannot be read, or does not fit."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise UserError(f"The file {path} could not be read: {error.strerror}.") from None
    return writing.import_json(data, strategy, documents, vectors)


def status_text(strategy: Strategy, documents: Sequence[Document], llm: ChatModel | None, vectors: Vectors) -> str:
    """What is written, by whom, and what the rest will take."""
    status = writing.status(strategy, documents, llm, vectors)
    by = "".join(f"; {model} wrote {count:,} texts" for model, count in status.models.items())
    lines = [f"{status.complete:,} of {status.chunks:,} chunks have summary and questions{by}."]
    if llm is not None and status.written < status.texts:
        lines.append(_estimated(writing.estimate(strategy, documents, llm, vectors), llm))
    return "\n".join(lines)


def answer_facts(answer: Answer) -> list[str]:
    """Of one that a language model wrote: what was cut, what supports it, and what it took."""
    if answer.usage is None:
        return []
    wrong = sum(not sentence.supported for sentence in answer.sentences)
    counted = [answer.usage.prompt_tokens, answer.usage.completion_tokens]
    tokens = ["not known" if count is None else f"{count:,}" for count in counted]
    support = f"{wrong} of {len(answer.sentences)} sentences not supported by what was retrieved"
    facts = f"{answer.model}: {tokens[0]} tokens in, {tokens[1]} out, cost {_cost(answer.usage.cost_usd)}; {support}"
    return [f"  {line}" for line in (*answer.notes, facts)]


def _estimated(estimate: Estimate, llm: ChatModel) -> str:
    timed = f"by {estimate.timed_calls:,} timed calls" if estimate.timed_calls else "a guess"
    left_out = f" {estimate.too_long:,} chunks do not fit the model's window." if estimate.too_long else ""
    tokens = f"about {estimate.prompt_tokens:,} tokens in, {estimate.completion_tokens:,} out"
    takes = f"cost {_cost(estimate.cost_usd)}, time {estimate.seconds:,.0f} s ({timed})"
    return f"{llm.name} would be called {estimate.calls:,} times: {tokens}, {takes}.{left_out}"


def _cost(cost_usd: float | None) -> str:
    return "not known" if cost_usd is None else f"${cost_usd:.4f}"


def _print_failures(failures: Sequence[Failure]) -> None:
    for failure in failures:
        where = f"{failure.document}, chunk {failure.chunk}, {failure.what}"
        print(f"{where}: {failure.sentence}", file=sys.stderr)
