"""The argument parser, and the options that several commands share."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace, _ArgumentGroup
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from typing_extensions import override

from rag_core import settings
from rag_core.cli.command import Command
from rag_core.errors import UserError
from rag_core.llms.choice import DEFAULT_CHOICE, PROVIDERS, UNSET, temperature_of
from rag_core.parts.parser import parser_names
from rag_core.text.printable import is_unicode
from rag_core.text.tokenizers import DEFAULT_TOKENIZER, tokenizer_names

# They name files and folders, whose names may be any bytes.
_PATHS = ("document", "documents", "questions", "import_from", "transcript")


class HelpRequested(Exception):
    """Raised with the text of --help, which is printed like every other command's output."""


class _Parser(ArgumentParser):
    @override
    def print_help(self, file: object = None) -> NoReturn:
        raise HelpRequested(self.format_help())

    @override
    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message[0].upper()}{message[1:]}. See {self.prog} --help.")


def build_parser(commands: Sequence[Command]) -> ArgumentParser:
    """The parser of the whole command line. Its result has the chosen Command as `command`."""
    parser = _Parser(prog=_program_name(), description="Compare chunking and retrieval strategies on your documents.")
    verbs = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in commands:
        verb = verbs.add_parser(command.name, help=command.help, description=f"{_sentence(command.help)}")
        command.add_arguments(verb)
        verb.set_defaults(command=command)
    return parser


def add_documents(parser: ArgumentParser) -> None:
    """DOC..., one or more files."""
    parser.add_argument("documents", metavar="DOC", nargs="+", help="PDF, .txt or .md files")


def check_text(options: Namespace) -> None:
    """Raise UserError if an option that is text, not a path, has bytes that are not UTF-8."""
    for name, value in vars(options).items():
        texts = value if isinstance(value, list) else [value]
        if name in _PATHS or all(_is_path_or_unicode(text) for text in texts):
            continue
        raise UserError(f"--{name.replace('_', '-')} has bytes that are not UTF-8 text. Type it again.")


def _is_path_or_unicode(value: object) -> bool:
    return not isinstance(value, str) or value.startswith("@") or is_unicode(value)


def add_strategies(parser: ArgumentParser, *, required: bool = False, default: str = "") -> None:
    """--strategy SPEC, which may be repeated."""
    parser.add_argument(
        "--strategy",
        metavar="SPEC",
        action="append",
        required=required,
        help="a preset with overrides, such as baseline:chunker.chunk_tokens=512, or @file.json; "
        f"repeat it for several strategies{default}",
    )


def add_common_options(parser: ArgumentParser) -> None:
    """The options of every command that retrieves: tokenizer, embedding model, documents, --json."""
    names = ", ".join(f"{name} ({label})" for name, label in tokenizer_names().items())
    parser.add_argument(
        "--tokenizer", metavar="NAME", help=f"measures sizes in tokens: {names}; default {DEFAULT_TOKENIZER}"
    )
    add_embedding_options(parser)
    add_document_options(parser, "; a SPEC that names a parser takes precedence")
    add_json_option(parser)


def add_json_option(parser: ArgumentParser) -> None:
    """--json."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def add_document_options(parser: ArgumentParser, note: str = "") -> None:
    """How documents are read; the note follows the help of --parser."""
    names = ", ".join(parser_names())
    parser.add_argument("--parser", metavar="NAME", help=f"which parser reads the documents: {names}{note}")
    parser.add_argument(
        "--transcript",
        metavar="PATH",
        nargs="+",
        action="extend",
        help="Markdown files for the pages of the document, such as page_23.md, or folders of them, for the parser "
        "transcript",
    )
    parser.epilog = (
        f"The password of an encrypted PDF is read from the environment variable {settings.PDF_PASSWORD.name}."
    )


def add_embedding_options(parser: ArgumentParser) -> None:
    """Which embedding model, and what it puts before texts."""
    group = parser.add_argument_group("embedding model", "The API key is read from OPENAI_API_KEY.")
    group.add_argument(
        "--embedding-model",
        metavar="MODEL",
        default="minilm",
        help="minilm (built in), the folder or the Hugging Face name of a sentence-transformers model, or "
        "openai:MODEL; default minilm",
    )
    group.add_argument(
        "--embedding-base-url",
        metavar="URL",
        default="",
        help="an OpenAI-compatible server, such as http://localhost:11434/v1",
    )
    for role in ("query", "passage"):
        group.add_argument(
            f"--{role}-prefix", metavar="TEXT", help=f"text put before every {role}; default: the model's own"
        )


def add_confirmation(parser: ArgumentParser | _ArgumentGroup, also: str = "have ") -> None:
    """--yes; its help begins with `also`."""
    about = f"{also}pages read that take long or cost money, without asking"
    parser.add_argument("--yes", action="store_true", help=about)


def add_language_model_options(
    parser: ArgumentParser, confirms: str = "have missing texts about chunks written, and "
) -> None:
    """Which language model, and how it is called; an option that is not given has the environment's value.

    `confirms` begins the help of --yes.
    """
    group = parser.add_argument_group(
        "language model", "The API key is read from CHUNKSCOPE_LLM_API_KEY or OPENAI_API_KEY."
    )
    group.add_argument("--llm", choices=PROVIDERS, help="the kind of server; default: CHUNKSCOPE_LLM")
    group.add_argument("--base-url", metavar="URL", default="", help="address of an OpenAI-compatible server")
    group.add_argument("--model", metavar="NAME", default="", help="the model's name on that server")
    group.add_argument(
        "--temperature",
        metavar="T",
        type=_temperature,
        help=f"default {DEFAULT_CHOICE.temperature:g}; {UNSET}: send none, so that the server's default applies",
    )
    group.add_argument("--context-tokens", metavar="N", type=int, help="size of the model's context window")
    group.add_argument(
        "--answer-tokens", metavar="N", type=int, help=f"max answer tokens; default {DEFAULT_CHOICE.answer_tokens}"
    )
    group.add_argument(
        "--timeout-s", metavar="S", type=float, help=f"timeout in seconds; default {DEFAULT_CHOICE.timeout_s:g}"
    )
    add_confirmation(group, confirms)


def _program_name() -> str:
    """What the user typed: the installed command, or Python with the package's name."""
    return "chunkscope" if Path(sys.argv[0]).stem == "chunkscope" else "python -m rag_core"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _temperature(text: str) -> float | str:
    """A number, or the word for none: argparse takes None for an option that is not given."""
    value = temperature_of(text)
    return UNSET if value is None else value
