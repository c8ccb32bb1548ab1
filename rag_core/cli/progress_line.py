"""Progress and messages on standard error."""

from __future__ import annotations

import sys

from rag_core.progress import Progress

_CLEAR_LINE = "\r\033[K"


class ProgressLine:
    """Reports progress on standard error: one line that is rewritten in a terminal, else one line per stage."""

    def __init__(self) -> None:
        self._stage = ""

    def __call__(self, progress: Progress) -> None:
        """Show the progress."""
        stage = progress.stage.partition(",")[0]  # without the seconds that some stages count after a comma
        if sys.stderr.isatty():
            self._rewrite(progress)
        elif stage != self._stage:
            print(stage, file=sys.stderr, flush=True)
        self._stage = stage

    def _rewrite(self, progress: Progress) -> None:
        left = f", {progress.remaining_ms / 1000:.0f} s left" if progress.remaining_ms else ""
        end = "\n" if progress.done >= progress.total else ""
        print(f"{_CLEAR_LINE}{progress.stage}: {progress.share:.0%}{left}", end=end, file=sys.stderr, flush=True)


def print_message(message: str) -> None:
    """Print a message on standard error, over an unfinished line of progress."""
    print(f"{_CLEAR_LINE if sys.stderr.isatty() else ''}{message}", file=sys.stderr)
