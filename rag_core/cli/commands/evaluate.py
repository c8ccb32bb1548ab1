"""`evaluate`: recall, precision, IoU and page recall of strategies on questions with gold excerpts or pages."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from rag_core.cli.arguments import add_common_options, add_documents, add_language_model_options, add_strategies
from rag_core.cli.command import EXIT_BELOW_THRESHOLD, Command, Outcome
from rag_core.cli.inputs import open_all_for_gold, strategies_from
from rag_core.cli.models import models_from
from rag_core.cli.notices import print_notices
from rag_core.cli.progress_line import print_message, report_progress
from rag_core.cli.writing import write_missing
from rag_core.errors import UserError
from rag_core.evaluation.evaluate import evaluate
from rag_core.evaluation.matching import skipped_sentence
from rag_core.evaluation.metrics import METRICS
from rag_core.evaluation.question_sets import read_questions
from rag_core.evaluation.text_table import text_table
from rag_core.evaluation.thresholds import parse_threshold, shortfall
from rag_core.pipeline.checks import checked
from rag_core.strategy import Strategy
from rag_core.text.numbers import counted
from rag_core.text.printable import printable


def _add_arguments(parser: ArgumentParser) -> None:
    add_documents(parser)
    parser.add_argument(
        "--questions",
        metavar="FILE",
        required=True,
        help="a CSV file with the columns question, corpus_id, and references (as in the Chroma benchmark) or page, or "
        "JSON like that of the sample; a question is asked about the document whose file name is its corpus_id",
    )
    add_strategies(parser, required=True)
    parser.add_argument(
        "--fail-under",
        metavar="METRIC=VALUE",
        action="append",
        help="exit with code 1 if the mean of a strategy is worse, such as recall=0.85; repeat it for other metrics; "
        f"metrics: {', '.join(METRICS)}",
    )
    add_language_model_options(parser)
    add_common_options(parser)


def _run(options: Namespace) -> Outcome:
    thresholds = [parse_threshold(text) for text in options.fail_under or ()]
    strategies = strategies_from(options.strategy, options)
    questions = read_questions(options.questions)
    models = models_from(options, strategies)
    documents = open_all_for_gold(options, strategies, models["llm"])
    for strategy in strategies:
        if strategy.asks_llm and models["llm"] is not None:
            print_message(_calls_text(strategy, len(questions), models["llm"].name))
    searched = checked(documents, strategies, options.tokenizer)
    if problem := write_missing(strategies, searched, **models, confirmed=options.yes):
        raise UserError(f"Nothing was measured, since texts to search are missing: {problem}")
    evaluation = evaluate(
        documents, questions, strategies, tokenizer=options.tokenizer, **models, report=report_progress
    )
    if evaluation.skipped:
        print_message(skipped_sentence(evaluation.skipped, [document.label for document in documents]))
    print_notices((measured.strategy.name, measured.notices) for measured in evaluation.strategies)
    text = evaluation.model_dump_json(indent=2) if options.json else printable(text_table(evaluation), lines=True)
    below = shortfall(evaluation, thresholds)
    return Outcome(text, EXIT_BELOW_THRESHOLD if below else 0, below)


def _calls_text(strategy: Strategy, questions: int, model: str) -> str:
    return (
        f"{strategy.name} asks {model} for each question: up to {counted(questions * strategy.max_calls, 'call')} for "
        f"{counted(questions, 'question')}; cached replies are used again."
    )


EVALUATE = Command("evaluate", "measure strategies against questions with gold excerpts or pages", _add_arguments, _run)
