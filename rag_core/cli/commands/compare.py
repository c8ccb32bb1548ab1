"""`compare`: strategies side by side on the same documents and question."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from rag_core.cli.arguments import add_common_options, add_documents, add_language_model_options, add_strategies
from rag_core.cli.column_text import column_text
from rag_core.cli.command import EXIT_USER_ERROR, Command, Outcome
from rag_core.cli.inputs import open_all, strategies_from
from rag_core.cli.models import models_from
from rag_core.cli.notices import print_notices
from rag_core.cli.progress_line import ProgressLine
from rag_core.pipeline.compare import compare
from rag_core.pipeline.results import Comparison
from rag_core.strategy import DEFAULT_PRESETS


def _add_arguments(parser: ArgumentParser) -> None:
    add_documents(parser)
    parser.add_argument("--question", "-q", metavar="Q", required=True, help="what is asked of every strategy")
    add_strategies(parser, default=f"; default: {', '.join(DEFAULT_PRESETS)}")
    parser.add_argument(
        "--answers",
        action="store_true",
        help="answer from the hits of each column: with --llm by a language model, else by the best sentences",
    )
    add_language_model_options(parser)
    add_common_options(parser)


def _run(options: Namespace) -> Outcome:
    strategies = strategies_from(options.strategy or DEFAULT_PRESETS, options)
    documents = open_all(options)
    comparison = compare(
        documents,
        options.question,
        strategies,
        answers=options.answers,
        tokenizer=options.tokenizer,
        **models_from(options, strategies, documents, answers=options.answers),
        report=ProgressLine(),
    )
    print_notices((column.strategy.name, column.notices) for column in comparison.columns)
    errors = dict.fromkeys(column.answer_error for column in comparison.columns if column.answer_error)
    text = comparison.model_dump_json(indent=2) if options.json else _text(comparison)
    return Outcome(text, EXIT_USER_ERROR if errors else 0, " ".join(errors))


def _text(comparison: Comparison) -> str:
    return "\n\n".join(column_text(column, comparison.labels) for column in comparison.columns)


COMPARE = Command("compare", "run strategies side by side on documents", _add_arguments, _run)
