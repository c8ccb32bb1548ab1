"""Writes a command's text to standard output."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress

from rag_core.errors import UserError
from rag_core.text.printable import printable


def write_output(text: str) -> None:
    """Print the text; a reader that stopped reading, such as `head`, is no error.

    Raises UserError if the text cannot be written, because the disk is full for example.
    """
    if sys.stdout is None:
        raise UserError("The output could not be written: standard output is closed.")
    if isinstance(sys.stdout, io.TextIOWrapper):
        # The locale's encoding may lack characters of the document, and a document may have halves of characters.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        # What is piped is exact; a terminal would obey control characters of a document or a server.
        print(printable(text, lines=True) if sys.stdout.isatty() else text, flush=True)
    except BrokenPipeError:
        _abandon_stdout()
    except OSError as error:
        _abandon_stdout()
        raise UserError(f"The output could not be written: {error.strerror}.") from None


def _abandon_stdout() -> None:
    """Have Python write what it still holds into the null device: it would report the error again."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
