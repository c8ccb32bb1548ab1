"""The command line: parse, compare, export. Exit code 0, or 2 with one sentence on standard error."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from rag_core import commands
from rag_core.errors import UserError


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]  # exits by raising
        raise UserError(f"{message[0].upper()}{message[1:]}. See {self.prog} --help.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    try:
        options = _parser().parse_args(arguments)
        print(options.run(options))
        sys.stdout.flush()
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader, `head` say, has had enough; Python must not complain of it when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m rag_core", description="See what chunking and retrieval strategies retrieve.")
    # Not required=True: argparse would name the choices, but not in a sentence.
    verbs = parser.add_subparsers(metavar="COMMAND", required=True)
    _parse(verbs.add_parser("parse", help="print a document's text and pages"))
    _compare(verbs.add_parser("compare", help="run strategies side by side on documents"))
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
    parser.add_argument(
        "--strategy",
        metavar="SPEC",
        action="append",
        help="a preset, with overrides: baseline:chunker.chunk_tokens=512; or @file.json; repeat for more columns",
    )
    parser.add_argument("--tokenizer", metavar="NAME", default=None, help=commands.tokenizer_help())
    parser.add_argument("--answers", action="store_true", help="answer from each column's hits, without an LLM")
    _document_options(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.set_defaults(run=commands.compare)


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--strategy", metavar="SPEC", required=True)
    parser.add_argument("--format", choices=["llama-index", "json"], required=True)
    parser.set_defaults(run=commands.export)


def _document_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--parser", metavar="NAME", default=None, help="which parser reads the document")
    parser.epilog = "An encrypted PDF's password is read from the environment variable CHUNKSCOPE_PDF_PASSWORD."


if __name__ == "__main__":
    sys.exit(main())
