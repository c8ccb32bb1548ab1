"""`metadata`: texts about chunks, such as summaries, written by a language model or imported."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from rag_core.cli.arguments import add_common_options, add_documents, add_language_model_options
from rag_core.cli.command import EXIT_USER_ERROR, Command, Outcome
from rag_core.cli.inputs import open_all, strategies_from
from rag_core.cli.models import chat_model_from, vectors_from
from rag_core.cli.writing import import_file, status_text, write_missing
from rag_core.pipeline.checks import checked
from rag_core.pipeline.enrichment import export_json

_DEFAULT_STRATEGY = "metadata_references:reference.writer=llm"


def _add_arguments(parser: ArgumentParser) -> None:
    add_documents(parser)
    parser.add_argument(
        "--strategy",
        metavar="SPEC",
        default=_DEFAULT_STRATEGY,
        help=f"the strategy whose chunks are described; default {_DEFAULT_STRATEGY}",
    )
    parser.add_argument("--import", metavar="FILE", dest="import_from", help="import them from a JSON file")
    add_language_model_options(parser)
    add_common_options(parser)


def _run(options: Namespace) -> Outcome:
    (strategy,) = strategies_from([options.strategy], options)
    vectors, llm = vectors_from(options), chat_model_from(options, required=True)
    documents = checked(open_all(options, [strategy], llm), [strategy], options.tokenizer)
    if options.import_from is not None:
        import_file(options.import_from, strategy, documents, vectors)
    problem = write_missing([strategy], documents, llm, vectors, confirmed=True) if options.yes else ""
    text = (export_json if options.json else status_text)(strategy, documents, llm, vectors)
    return Outcome(text, EXIT_USER_ERROR if problem else 0, problem)


METADATA = Command(
    "metadata", "have a language model write about chunks: summaries, questions, contexts", _add_arguments, _run
)
