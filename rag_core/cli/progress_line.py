"""Progress and messages on standard error."""

from __future__ import annotations

import math
import shutil
import sys
import time
from contextlib import suppress

from rag_core import settings
from rag_core.progress import Progress
from rag_core.text.printable import printable

_CLEAR_LINE = "\r\033[K"
_INTERVAL_S = 10.0  # between two lines of a log
_SOON_MS = 1000.0


class ProgressLine:
    """Reports progress on standard error: one line that is rewritten in a terminal, else a line every ten seconds."""

    def __init__(self) -> None:
        self._printed_s = -math.inf

    def __call__(self, progress: Progress) -> None:
        """Show the progress, unless the last line of a log is too recent, or the end near."""
        left = f", {progress.remaining_ms / 1000:.0f} s left" if progress.remaining_ms else ""
        line = printable(f"{progress.stage}: {progress.share:.0%}{left}")
        if is_terminal():
            width = shutil.get_terminal_size().columns - 1  # a line that wraps could not be rewritten
            end = "\n" if progress.done >= progress.total else ""
            _print(f"{_CLEAR_LINE}{line[:width]}", end)
        elif not _ends_soon(progress) and (now_s := time.monotonic()) - self._printed_s >= _INTERVAL_S:
            self._printed_s = now_s
            _print(line)


def _ends_soon(progress: Progress) -> bool:
    """Whether a line of a log about it would be noise: it is over, or nearly."""
    return progress.remaining_ms is not None and progress.remaining_ms < _SOON_MS


# One for the process: whatever reports, a log gets no more lines.
report_progress = ProgressLine()


def is_terminal() -> bool:
    """Whether standard error is a terminal whose lines can be rewritten."""
    return sys.stderr.isatty() and settings.TERM.read() != "dumb"


def print_message(message: str) -> None:
    """Print a message as one line on standard error, over an unfinished line of progress."""
    _print(f"{_CLEAR_LINE if is_terminal() else ''}{printable(message)}")


def clear_progress() -> None:
    """Remove an unfinished line of progress, so that what is printed next begins a line."""
    if is_terminal():
        _print(_CLEAR_LINE, end="")


def _print(text: str, end: str = "\n") -> None:
    with suppress(OSError, ValueError):  # closed, or on a full disk: there is nowhere else to say so
        print(text, end=end, file=sys.stderr, flush=True)
