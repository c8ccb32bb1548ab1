"""What a command is, and what it gives back: each module in `commands/` defines one Command."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

EXIT_BELOW_THRESHOLD, EXIT_USER_ERROR = 1, 2


class Outcome(NamedTuple):
    """The text for standard output, if any; a code other than 0 comes with one sentence for standard error."""

    text: str | None
    code: int = 0
    message: str = ""


@dataclass(frozen=True)
class Command:
    """One command: its name, a line of help, its arguments, and the function that runs it.

    `help` begins with a verb in lower case and has no full stop. With `accepts_any_option`, unknown options are not
    refused but left in `options.other_options`.
    """

    name: str
    help: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], Outcome]
    accepts_any_option: bool = False
