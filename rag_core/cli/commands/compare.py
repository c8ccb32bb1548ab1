"""`compare`: strategies side by side on the same documents and question."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from rag_core.cli.arguments import add_common_options, add_documents, add_language_model_options, add_strategies
from rag_core.cli.column_text import column_text
from rag_core.cli.command import EXIT_USER_ERROR, Command, Outcome
from rag_core.cli.inputs import open_all, strategies_from
from rag_core.cli.models import Models, models_from
from rag_core.cli.notices import print_notices
from rag_core.cli.progress_line import print_message, report_progress
from rag_core.cli.writing import missing_text_notice, write_missing
from rag_core.documents.document import Document
from rag_core.pipeline.aligned import alignment_notices
from rag_core.pipeline.checks import checked, checked_question
from rag_core.pipeline.column_documents import searched_documents
from rag_core.pipeline.compare import compare
from rag_core.pipeline.results import Column, Comparison
from rag_core.stages.resources import ParserResources
from rag_core.strategy import DEFAULT_PRESETS, DEFAULT_TOKENS, default_specs
from rag_core.text.printable import printable


def _add_arguments(parser: ArgumentParser) -> None:
    add_documents(parser)
    parser.add_argument("--question", "-q", metavar="Q", required=True, help="what is asked of every strategy")
    add_strategies(parser, default=f"; default: {', '.join(DEFAULT_PRESETS)}, each with budget.tokens={DEFAULT_TOKENS}")
    parser.add_argument(
        "--answers",
        action="store_true",
        help="answer from the hits of each column: with --llm by a language model, else by the best sentences",
    )
    add_language_model_options(parser)
    add_common_options(parser)


def _run(options: Namespace) -> Outcome:
    strategies = strategies_from(options.strategy or default_specs(), options)
    question = checked_question(options.question)  # before anything is read, loaded or paid for
    models = models_from(options, strategies, answers=options.answers)
    documents = open_all(options, strategies, models["llm"])
    searched = checked(documents, strategies, options.tokenizer)
    # Without the missing texts there are hits nevertheless, and the others' columns.
    unwritten = write_missing(strategies, searched, **models, confirmed=options.yes)
    comparison = compare(
        documents,
        question,
        strategies,
        answers=options.answers,
        tokenizer=options.tokenizer,
        **models,
        report=report_progress,
    )
    columns = [_with_notice(column, searched, models) for column in comparison.columns]
    print_notices((column.strategy.name, column.notices) for column in columns)
    for notice in alignment_notices(searched_documents(strategies, searched, ParserResources(models["llm"]))):
        print_message(notice)
    of_columns = (error or "" for column in columns for error in (column.error, column.answer_error))
    errors = dict.fromkeys([unwritten, *of_columns])
    comparison = comparison.model_copy(update={"columns": columns})
    text = comparison.model_dump_json(indent=2) if options.json else _text(comparison)
    message = " ".join(filter(None, errors))
    return Outcome(text, EXIT_USER_ERROR if message else 0, message)


def _with_notice(column: Column, documents: Sequence[Document], models: Models) -> Column:
    """The column with all that is to be said of it: also which texts are missing, and the notes of its answer."""
    missing = missing_text_notice(column.strategy, documents, **models)
    notes = column.answer.notes if column.answer else []
    return column.model_copy(update={"notices": [*column.notices, *filter(None, [missing]), *notes]})


def _text(comparison: Comparison) -> str:
    return printable("\n\n".join(column_text(column, comparison.labels) for column in comparison.columns), lines=True)


COMPARE = Command("compare", "run strategies side by side on documents", _add_arguments, _run)
