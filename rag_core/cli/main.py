"""Runs one command. Exit codes: 0; 1 below --fail-under; 2 for an error that the user can fix; 130 after Ctrl-C.

Codes 1 and 2 come with one sentence on standard error, where progress and notices go too.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from rag_core.cli.arguments import build_parser
from rag_core.cli.command import EXIT_INTERRUPTED, EXIT_USER_ERROR, Outcome
from rag_core.cli.commands import COMMANDS
from rag_core.cli.progress_line import print_message
from rag_core.errors import UserError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name; returns the exit code."""
    try:
        outcome = _run(arguments)
        _write(outcome.text)
    except UserError as error:
        outcome = Outcome("", EXIT_USER_ERROR, str(error))
    except KeyboardInterrupt:
        outcome = Outcome("", EXIT_INTERRUPTED, "Interrupted.")
    if outcome.message:
        print_message(outcome.message)
    return outcome.code


def run_and_exit() -> NoReturn:
    """Run main() and end the process with its exit code: what `chunkscope` and `python -m rag_core` do."""
    code = main()
    if code:
        # A thread may be in the middle of the model's computation. Python's own way out would abort the process there.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit()


def _run(arguments: Sequence[str] | None) -> Outcome:
    parser = build_parser(COMMANDS)
    options, other_options = parser.parse_known_args(arguments)
    if other_options and not options.command.accepts_any_option:
        parser.error(f"unrecognized arguments: {' '.join(other_options)}")
    options.other_options = other_options
    outcome: Outcome = options.command.run(options)
    return outcome


def _write(text: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # the locale's encoding may lack characters of the document
    try:
        print(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, `head` for example, stopped reading. Python must not report it again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
