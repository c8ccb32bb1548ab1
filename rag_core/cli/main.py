"""The command line: parse, compare, evaluate, metadata, export.

Exit code 0; 1 where the result falls short of what --fail-under demands; 2 for what the user can mend. With 1 and 2
goes one sentence on standard error.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from rag_core.cli import commands
from rag_core.errors import UserError
from rag_core.llms.choice import PROVIDERS, USUAL


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]  # exits by raising
        raise UserError(f"{message[0].upper()}{message[1:]}. See {self.prog} --help.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    try:
        options = _parser().parse_args(arguments)
        text, shortfall, code = options.run(options)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    _write(text)
    if shortfall:
        print(shortfall, file=sys.stderr)
        return int(code)
    return 0


def _write(text: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # what a locale's own encoding lacks would end it in a traceback
    try:
        print(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, `head` say, has had enough; Python must not complain of it when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m rag_core", description="See what chunking and retrieval strategies retrieve.")
    # Not required=True: argparse would name the choices, but not in a sentence.
    verbs = parser.add_subparsers(metavar="COMMAND", required=True)
    _parse(verbs.add_parser("parse", help="print a document's text and pages"))
    _compare(verbs.add_parser("compare", help="run strategies side by side on documents"))
    _metadata(verbs.add_parser("metadata", help="summaries and questions of chunks that a language model writes"))
    _evaluate(verbs.add_parser("evaluate", help="measure strategies against questions with gold excerpts"))
    _export(verbs.add_parser("export", help="print a strategy as JSON or as a plain LlamaIndex program"))
    return parser


def _parse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", metavar="DOC", help="a PDF, .txt or .md file")
    _document_options(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.set_defaults(run=commands.parse)


def _compare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("documents", metavar="DOC", nargs="+", help="PDF, .txt or .md files")
    parser.add_argument("--question", "-q", metavar="Q", required=True)
    _strategy_option(parser)
    parser.add_argument(
        "--answers", action="store_true", help="answer from each column's hits; without --llm, by their best sentences"
    )
    _llm_options(parser)
    _common_options(parser)
    parser.set_defaults(run=commands.compare)


def _metadata(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("documents", metavar="DOC", nargs="+", help="PDF, .txt or .md files")
    parser.add_argument("--strategy", metavar="SPEC", default="metadata_references:reference.writer=llm")
    parser.add_argument("--import", metavar="FILE", dest="import_set", help="take a set from a JSON file; see README")
    _llm_options(parser)
    _common_options(parser)
    parser.set_defaults(run=commands.metadata)


def _evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("documents", metavar="DOC", nargs="+", help="the PDF, .txt or .md files asked about")
    parser.add_argument(
        "--questions",
        metavar="FILE",
        required=True,
        help="the Chroma benchmark's CSV (question, references, corpus_id), or JSON like the sample's; "
        "a question is about the document whose file name is its corpus_id",
    )
    _strategy_option(parser, required=True)
    parser.add_argument(
        "--fail-under",
        metavar="MEASURE=SHARE",
        action="append",
        help="exit with 1 where a strategy's mean is less: recall=0.85; repeat for other measures",
    )
    _llm_options(parser)
    _common_options(parser)
    parser.set_defaults(run=commands.evaluate)


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--strategy", metavar="SPEC", required=True)
    parser.add_argument("--format", choices=["llama-index", "json"], required=True)
    _model_options(parser)
    parser.set_defaults(run=commands.export)


def _strategy_option(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    parser.add_argument(
        "--strategy",
        metavar="SPEC",
        action="append",
        required=required,
        help="a preset, with overrides: baseline:chunker.chunk_tokens=512; or @file.json; repeat for more of them",
    )


def _common_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tokenizer", metavar="NAME", default=None, help=commands.tokenizer_help())
    _model_options(parser)
    _document_options(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def _model_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--embedding-model",
        metavar="MODEL",
        default="minilm",
        help="minilm (built in), a sentence-transformers model's folder or name on the Hugging Face hub, or "
        "openai:MODEL with the key in OPENAI_API_KEY; default minilm",
    )
    parser.add_argument(
        "--embedding-base-url",
        metavar="URL",
        default="",
        help="an OpenAI-compatible server, such as http://localhost:11434/v1",
    )
    for role in ("query", "passage"):
        parser.add_argument(
            f"--{role}-prefix", metavar="TEXT", default=None, help=f"put before every {role}; default: the model's own"
        )


def _llm_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "language model", "The key is read from CHUNKSCOPE_LLM_API_KEY or OPENAI_API_KEY, each for its own server only."
    )
    group.add_argument(
        "--llm",
        choices=PROVIDERS,
        default=None,
        help="writes answers, and metadata references; default: CHUNKSCOPE_LLM",
    )
    group.add_argument("--yes", action="store_true", help="have missing summaries and questions written")
    group.add_argument("--base-url", metavar="URL", default="", help="of a server that speaks OpenAI's protocol")
    group.add_argument("--model", metavar="NAME", default="", help="the model's name on that server")
    # Without defaults of their own: what is not given is the environment's.
    group.add_argument("--temperature", metavar="T", type=float, help=f"default {USUAL.temperature:g}")
    group.add_argument("--context-tokens", metavar="N", type=int, help="what the model reads at once")
    group.add_argument("--answer-tokens", metavar="N", type=int, help=f"default {USUAL.answer_tokens}")
    group.add_argument("--timeout-s", metavar="S", type=float, help=f"default {USUAL.timeout_s:g}")


def _document_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--parser", metavar="NAME", default=None, help="which parser reads the document")
    parser.epilog = "An encrypted PDF's password is read from the environment variable CHUNKSCOPE_PDF_PASSWORD."
