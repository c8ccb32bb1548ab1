"""Runs one command. Exit codes: 0; 1 below --fail-under; 2 for an error that the user can fix; 130 after Ctrl-C.

Codes 1 and 2 come with one sentence on standard error, where progress and notices go too.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.cli.arguments import HelpRequested, build_parser, check_text
from rag_core.cli.command import EXIT_USER_ERROR, Outcome
from rag_core.cli.commands import COMMANDS
from rag_core.cli.output import write_output
from rag_core.cli.progress_line import clear_progress, print_message
from rag_core.errors import UserError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name; returns the exit code."""
    try:
        outcome = _run(arguments)
        clear_progress()
        if outcome.text is not None:
            write_output(outcome.text)
    except UserError as error:
        outcome = Outcome(None, EXIT_USER_ERROR, str(error))
    if outcome.message:
        print_message(outcome.message)
    return outcome.code


def _run(arguments: Sequence[str] | None) -> Outcome:
    parser = build_parser(COMMANDS)
    try:
        options, other_options = parser.parse_known_args(arguments)
    except HelpRequested as help_requested:
        return Outcome(str(help_requested).rstrip())
    if other_options and not options.command.accepts_any_option:
        parser.error(f"unrecognized arguments: {' '.join(other_options)}")
    check_text(options)
    options.other_options = other_options
    outcome: Outcome = options.command.run(options)
    return outcome
