"""The way into a command's process and out of it: what `chunkscope` and `python -m rag_core` run.

This module imports nothing that takes time, so that Ctrl-C is answered with one line also while all else is loading.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn

EXIT_INTERRUPTED = 130


def run_and_exit() -> NoReturn:
    """Run the command that the process's arguments name, and end the process with its exit code."""
    _replace_closed_streams()
    # In a job that a shell has started in the background, Ctrl-C is for others.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end_interrupted)
    from rag_core.cli.main import main

    code = main()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError, ValueError):  # `main` has said what cannot be written
            stream.flush()
    # Threads may be in the middle of a model's computation. Python's own way out would wait for them, or abort.
    os._exit(code)


def _replace_closed_streams() -> None:
    """Open the null device in place of standard streams that are closed.

    Otherwise the next file that is opened, such as the cache, would get the stream's number, and what is printed.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # for the life of the process


def _end_interrupted(signal_number: int, frame: FrameType | None) -> NoReturn:
    """End at once: a KeyboardInterrupt could be raised where nobody catches it, or be lost where it is ignored.

    A parser's process ends by itself when the pipe to it closes; files of the cache are whole or not there.
    """
    line = b"Interrupted.\n"
    with suppress(OSError):
        os.write(2, b"\r\033[K" + line if os.isatty(2) else line)
    os._exit(EXIT_INTERRUPTED)
