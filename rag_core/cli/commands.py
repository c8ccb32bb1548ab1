"""What the commands print: each takes the parsed options and gives an Outcome."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from argparse import Namespace
from collections.abc import Sequence
from typing import NamedTuple, TypedDict

from rag_core.cli.language_model import answer_facts, chat_model, have_written, import_set, status_text
from rag_core.documents import open_document
from rag_core.documents.document import Document
from rag_core.embeddings.choice import ModelChoice, vectors_of
from rag_core.embeddings.vectors import Vectors
from rag_core.enrichment.job import Failure
from rag_core.enrichment.writing import export_json
from rag_core.evaluation.evaluate import evaluate as evaluate_strategies
from rag_core.evaluation.matching import skipped_sentence
from rag_core.evaluation.question_sets import read_questions
from rag_core.evaluation.text_table import text_table
from rag_core.evaluation.thresholds import parse_threshold, shortfall
from rag_core.llms.base import ChatModel
from rag_core.pipeline.compare import compare as compare_strategies
from rag_core.pipeline.indexing import checked
from rag_core.pipeline.results import Column
from rag_core.progress import Progress
from rag_core.servers.environment import key_for
from rag_core.strategy import DEFAULT_PRESETS, Strategy
from rag_core.strategy.specs import preset
from rag_core.text.numbers import percent
from rag_core.text.tokenizers import DEFAULT_TOKENIZER, tokenizer_names

PASSWORD_VARIABLE = "CHUNKSCOPE_PDF_PASSWORD"


class Outcome(NamedTuple):
    """The text for standard output, and in one sentence what the result falls short of, with the exit code for it."""

    text: str
    shortfall: str = ""
    code: int = 1


def parse(options: Namespace) -> Outcome:
    """A document's text and pages."""
    document = _open(options.document, options)
    if not options.json:
        return Outcome(document.text)
    pages = [
        {"number": p.number, "start": p.start, "end": p.end, "width": p.width, "height": p.height}
        for p in document.pages
    ]
    values = {"id": document.id, "name": document.name, "parser": document.parser, "text": document.text}
    return Outcome(json.dumps({**values, "pages": pages}, indent=2))


def compare(options: Namespace) -> Outcome:
    """Strategies side by side."""
    strategies = [preset(spec) for spec in options.strategy or DEFAULT_PRESETS]
    documents = [_open(path, options) for path in options.documents]
    models = _models(options, strategies, documents, answers=options.answers)
    comparison = compare_strategies(
        documents,
        options.question,
        strategies,
        answers=options.answers,
        tokenizer=options.tokenizer,
        **models,
        report=_ProgressLine(),
    )
    names = {document.id: document.name for document in documents}
    text = "\n\n".join(_column_text(column, names) for column in comparison.columns)
    errors = [column.answer_error for column in comparison.columns if column.answer_error]
    return Outcome(comparison.model_dump_json(indent=2) if options.json else text, " ".join(dict.fromkeys(errors)), 2)


def evaluate(options: Namespace) -> Outcome:
    """Strategies measured against a question set."""
    thresholds = [parse_threshold(text) for text in options.fail_under or ()]
    strategies = [preset(spec) for spec in options.strategy]
    questions = read_questions(options.questions)
    documents = [_open(path, options) for path in options.documents]
    evaluation = evaluate_strategies(
        documents,
        questions,
        strategies,
        tokenizer=options.tokenizer,
        **_models(options, strategies, documents),
        report=_ProgressLine(),
    )
    if evaluation.skipped:
        print(skipped_sentence(evaluation.skipped, [document.name for document in documents]), file=sys.stderr)
    text = evaluation.model_dump_json(indent=2) if options.json else text_table(evaluation)
    return Outcome(text, shortfall(evaluation, thresholds))


def metadata(options: Namespace) -> Outcome:
    """What a language model wrote of a strategy's chunks; has the rest written, and takes a set from a file."""
    strategy = preset(options.strategy)
    documents = checked([_open(path, options) for path in options.documents], [strategy], options.tokenizer)
    vectors, llm = _vectors(options), chat_model(options, wanted=True)
    if options.import_set:
        import_set(options.import_set, strategy, documents, vectors)
    failures: Sequence[Failure] = ()
    if options.yes:
        failures = have_written([strategy], documents, llm, vectors, _ProgressLine(), yes=True)
    shown = export_json if options.json else status_text
    shortfall = f"{len(failures):,} texts could not be written; start it again for them." if failures else ""
    return Outcome(shown(strategy, documents, llm, vectors), shortfall, 2)


def export(options: Namespace) -> Outcome:
    """A strategy as JSON or as a program."""
    strategy = preset(options.strategy)
    if options.format == "json":
        return Outcome(strategy.model_dump_json(indent=2))
    from rag_core.exports.llama_index import llama_index_program

    model = _vectors(options).model
    model.load_info(_ProgressLine())
    return Outcome(llama_index_program(strategy, model=model))


def tokenizer_help() -> str:
    """The tokenizers, for --help."""
    names = ", ".join(f"{name} ({label})" for name, label in tokenizer_names().items())
    return f"in which sizes are measured: {names}; default {DEFAULT_TOKENIZER}"


class _Models(TypedDict):
    vectors: Vectors
    llm: ChatModel | None


def _models(
    options: Namespace, strategies: Sequence[Strategy], documents: Sequence[Document], *, answers: bool = False
) -> _Models:
    """The models that the options name, with what strategies want of the language model written."""
    written = any(strategy.reference.written_questions is not None for strategy in strategies)
    vectors, llm = _vectors(options), chat_model(options, wanted=answers or written)
    measured = checked(documents, strategies, options.tokenizer)
    have_written(strategies, measured, llm, vectors, _ProgressLine(), yes=options.yes)
    return _Models(vectors=vectors, llm=llm)


def _vectors(options: Namespace) -> Vectors:
    choice = ModelChoice(
        options.embedding_model, options.embedding_base_url, options.query_prefix, options.passage_prefix
    )
    return vectors_of(choice, key_for(choice.base_url))


def _open(path: str, options: Namespace) -> Document:
    return open_document(path, parser=options.parser, password=os.environ.get(PASSWORD_VARIABLE))


def _column_text(column: Column, names: dict[str, str]) -> str:
    counts = column.counts
    lines = [
        f"{column.strategy.name}: {column.strategy.short()}",
        f"  {counts.chunks} chunks, {counts.entries} entries, {counts.hits} hits, {counts.distinct_parents} distinct, "
        f"{counts.context_tokens:,} context tokens, {percent(counts.share_beyond_limit)} beyond the model's limit",
    ]
    if column.answer:
        lines += ["", textwrap.fill(column.answer.text, 110, initial_indent="  ", subsequent_indent="  ")]
        lines += answer_facts(column.answer)
    if column.answer_error:
        lines += ["", f"  No answer: {column.answer_error}"]
    for hit in column.hits:
        pages = ", ".join(map(str, hit.pages))
        lines += ["", f"  {hit.rank}  {hit.score:.3f}  {names[hit.document]} p. {pages}  via {hit.via[0].kind}"]
        lines.append(textwrap.indent(textwrap.fill(textwrap.shorten(hit.text, 400, placeholder=" ..."), 104), "     "))
    return "\n".join(lines)


class _ProgressLine:
    """One line on standard error, rewritten in a terminal, and one a stage elsewhere."""

    def __init__(self) -> None:
        self._stage = ""

    def __call__(self, progress: Progress) -> None:
        if sys.stderr.isatty():
            left = f", {progress.remaining_ms / 1000:.0f} s left" if progress.remaining_ms else ""
            print(f"\r\033[K{progress.stage}: {progress.share:.0%}{left}", end="", file=sys.stderr, flush=True)
            if progress.done >= progress.total:
                print(file=sys.stderr)
        elif progress.stage != self._stage:
            print(progress.stage, file=sys.stderr, flush=True)
        self._stage = progress.stage
