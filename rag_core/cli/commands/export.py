"""`export`: a strategy as JSON, or as a program that uses LlamaIndex only."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from rag_core.cli.arguments import add_embedding_options
from rag_core.cli.command import Command, Outcome
from rag_core.cli.models import vectors_from
from rag_core.cli.progress_line import report_progress
from rag_core.strategy.specs import preset


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--strategy", metavar="SPEC", required=True, help="a preset with overrides, or @file.json")
    parser.add_argument("--format", choices=["llama-index", "json"], required=True, help="what is printed")
    add_embedding_options(parser)


def _run(options: Namespace) -> Outcome:
    strategy = preset(options.strategy)
    if options.format == "json":
        return Outcome(strategy.model_dump_json(indent=2))
    from rag_core.exports.llama_index import llama_index_program

    model = vectors_from(options).model
    model.load_info(report_progress)
    return Outcome(llama_index_program(strategy, model=model))


EXPORT = Command("export", "print a strategy as JSON or as a plain LlamaIndex program", _add_arguments, _run)
