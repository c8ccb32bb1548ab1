"""Runs a parser on hostile bytes in a child process with limits on time and memory.

Whatever the bytes do to the child, the caller gets a result or one UserError. The child has no key and no password of
this process in its environment, gets its bytes through a pipe, and is killed with its whole process group when it is
over its time, when the caller is interrupted, and when this process dies (see `child` for what each platform enforces).
"""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from rag_core.documents.frames import Header, read_frame, write_frame
from rag_core.documents.limits import MB, PARSE_MEMORY_MB, PARSE_SECONDS, Limits
from rag_core.documents.parsed import Parsed
from rag_core.documents.wire import unpack
from rag_core.errors import PasswordNeeded, UserError

log = logging.getLogger(__name__)

# The package's own __init__ would load the whole library, so the child gets an empty package with the same folder.
_START = (
    "import sys, types; package = types.ModuleType('rag_core'); package.__path__ = [sys.argv[1]]; "
    "sys.modules['rag_core'] = package; from rag_core.documents.child import main; main()"
)
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
_BYTES_PER_CHARACTER = 20  # at most 4 in UTF-8, and 16 for its box
_HEADER_ROOM = 64 * MB
_LONGEST_MESSAGE = 1000
_CORRUPTED = re.compile(r"corrupt|free\(\)|invalid|assert", re.IGNORECASE)  # said before an abort for other reasons
_GRACE = 2.0  # seconds for pipes to end after the child: something that fled its group may hold them open
_LOGGED = 20_000  # bytes of what a child printed

Reply = tuple[Header, bytes]


def parse(parser: str, data: bytes, name: str, password: str | None, limits: Limits) -> Parsed:
    """Parse the bytes with a registered parser; `name` begins every message of a UserError."""
    most = int(limits.characters * _BYTES_PER_CHARACTER) + _HEADER_ROOM
    header, body = run({"task": "parse", "parser": parser, "password": password}, data, name, limits, most)
    try:
        return unpack(header, body)
    except (ValueError, KeyError, TypeError) as error:
        log.exception("the parser's reply about %s is malformed", name)
        raise UserError(f"{name} could not be read: its parser gave a broken answer; see the log.") from error


def run(task: Header, data: bytes, name: str, limits: Limits, most_bytes: int) -> Reply:
    """Do one task in a child of its own. Raises UserError or PasswordNeeded, never anything else for bad bytes."""
    started = time.monotonic()
    with _child() as process:
        reader = _Reader(process, most_bytes)
        feeder = _in_background(_feed, process, {**task, "limits": list(limits)}, data)
        reader.thread.join(limits.seconds)
        late = reader.thread.is_alive()
        code = _kill(process)
        feeder.join(_GRACE)
        reader.thread.join(_GRACE)
    if late:
        raise UserError(_too_slow(name, time.monotonic() - started, limits))
    if reader.reply is None:
        log.error("the parser of %s ended with code %s: %s\n%s", name, code, reader.error, reader.printed())
        raise UserError(_died(name, code, time.monotonic() - started, limits, reader.printed()))
    if "problem" in reader.reply[0]:
        raise _problem(name, reader.reply[0], limits)
    return reader.reply


@contextmanager
def _child() -> Iterator[subprocess.Popen[bytes]]:
    """A fresh interpreter at the head of its own process group, surely gone at the end."""
    home = Path(__file__).resolve().parents[1]
    environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(os.path.abspath(entry) for entry in sys.path if entry)
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _START, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=home,
        env=environment,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _kill(process)
        _in_background(_close, process.stdin)  # waits for the feeder; the readers close their own ends


def _kill(process: subprocess.Popen[bytes]) -> int:
    """Kill the child and whatever it started, and collect its exit code; a code it already has stays."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)  # not collected yet, so the number is still the child's
            else:
                process.kill()
    return process.wait()


class _Reader:
    """Takes the reply and what the child prints, each in a thread, so that neither pipe can fill up."""

    def __init__(self, process: subprocess.Popen[bytes], most_bytes: int) -> None:
        self.reply: Reply | None = None
        self.error: Exception | None = None
        self._printed = b""
        self.thread = _in_background(self._read, process, most_bytes)
        self._printing = _in_background(self._listen, process)

    def printed(self) -> str:
        self._printing.join(1)
        return self._printed.decode("utf-8", "replace")

    def _read(self, process: subprocess.Popen[bytes], most_bytes: int) -> None:
        try:
            self.reply = read_frame(process.stdout, most_bytes)  # type: ignore[arg-type]
        except Exception as error:  # whatever a hostile answer provokes is the answer's fault
            self.error = error
        _close(process.stdout)

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ValueError, OSError):  # closed at the end
            while chunk := process.stderr.read1(65536):  # type: ignore[union-attr]
                self._printed = (self._printed + chunk)[:_LOGGED]
        _close(process.stderr)


def _feed(process: subprocess.Popen[bytes], header: Header, data: bytes) -> None:
    """Send the task, and leave the pipe open: the child ends when it closes."""
    with suppress(OSError, ValueError):  # a child that died says so by its exit code
        write_frame(process.stdin, header, data)  # type: ignore[arg-type]


def _close(stream: IO[bytes] | None) -> None:
    with suppress(OSError):  # bytes that the child never took
        stream.close()  # type: ignore[union-attr]


def _in_background(function: Any, *arguments: Any) -> threading.Thread:
    thread = threading.Thread(target=function, args=arguments, daemon=True)
    thread.start()
    return thread


def _problem(name: str, header: Header, limits: Limits) -> UserError:
    """What the child says went wrong."""
    problem, message = header["problem"], str(header.get("message", ""))
    if problem == "password":
        return PasswordNeeded(f"{name} {message[:_LONGEST_MESSAGE]}")
    if problem == "user":
        return UserError(f"{name} {message[:_LONGEST_MESSAGE]}")
    log.error("the parser of %s failed: %s", name, message[:_LOGGED])
    if problem == "memory":
        return UserError(_too_large(name, limits))
    return UserError(f"{name} could not be read: its parser failed. It may be damaged; details are in the log.")


def _died(name: str, code: int, seconds: float, limits: Limits, printed: str) -> str:
    """Why a child ended without an answer, by its exit code."""
    if code == -getattr(signal, "SIGXCPU", 0):
        return _too_slow(name, seconds, limits)
    if code == -signal.SIGABRT and not _CORRUPTED.search(printed):  # how C++ ends when memory is refused
        return _too_large(name, limits)
    how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return (
        f"{name} could not be read: its parser crashed ({how}). It is damaged, or needs more than the "
        f"{limits.memory_mb:,g} MB of memory that {PARSE_MEMORY_MB} allows. Get it again, repair it, or raise that."
    )


def _too_slow(name: str, seconds: float, limits: Limits) -> str:
    return (
        f"{name} was given up after {seconds:,.1f} seconds; the limit is {limits.seconds:,g} seconds. "
        f"Split it, or raise the limit with the environment variable {PARSE_SECONDS}."
    )


def _too_large(name: str, limits: Limits) -> str:
    return (
        f"{name} could not be read: its parser ran out of its {limits.memory_mb:,g} MB of memory. "
        f"Split it, or raise the limit with the environment variable {PARSE_MEMORY_MB}."
    )
