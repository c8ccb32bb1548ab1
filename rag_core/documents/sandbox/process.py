"""The child process: how it is started, fed, listened to and killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from rag_core.documents.limits import Limits
from rag_core.documents.sandbox.frames import Header, write_frame
from rag_core.documents.sandbox.notes import Note, NoteReader

Reply = tuple[Header, bytes]


def child_program(module: str) -> str:
    """What a child runs: `main` of a module of this package.

    rag_core's own __init__ would load the whole library, so the child gets an empty package with the same folder.
    """
    return (
        "import sys, types; package = types.ModuleType('rag_core'); package.__path__ = [sys.argv[1]]; "
        f"sys.modules['rag_core'] = package; from rag_core.documents.sandbox.{module} import main; main()"
    )


CHILD_PROGRAM = child_program("child")
_PACKAGE = Path(__file__).resolve().parents[2]
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
_MAX_PRINTED = 20_000  # bytes of what a child printed


@contextmanager
def child_process(program: str) -> Iterator[subprocess.Popen[bytes]]:
    """A fresh interpreter that runs the program at the head of its own process group, and is gone at the end."""
    environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(os.path.abspath(entry) for entry in sys.path if entry)
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", program, str(_PACKAGE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=_PACKAGE,
        env=environment,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)
        in_background(close, process.stdin)  # waits for the feeder; the readers close their own ends


def kill(process: subprocess.Popen[bytes]) -> int:
    """Kill the child and whatever it started, and return its exit code; a code that it already has stays."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)  # not collected yet, so the number is still the child's
            else:
                process.kill()
    return process.wait()


def feed(process: subprocess.Popen[bytes], header: Header, data: bytes) -> threading.Thread:
    """Send the task in a thread, and leave the pipe open: the child exits when it closes."""
    return in_background(_feed, process, header, data)


class Printed:
    """Reads what the child prints to standard error in a thread, so that the pipe cannot fill up."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._read = b""
        self._reading = in_background(self._listen, process)

    def text(self) -> str:
        """The first of what the child wrote."""
        self._reading.join(1)
        return self._read.decode("utf-8", "replace")

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ValueError, OSError):  # closed at the end
            while chunk := process.stderr.read1(65536):  # type: ignore[union-attr]
                self._read = (self._read + chunk)[:_MAX_PRINTED]
        close(process.stderr)


class ReplyReader:
    """Reads notes with the reply, and what the child prints, each in a thread, so that neither pipe can fill up."""

    def __init__(self, process: subprocess.Popen[bytes], max_bytes: int, limits: Limits) -> None:
        self.reply: Reply | None = None
        self.error: Exception | None = None
        self._notes = NoteReader(limits)
        self._printed = Printed(process)
        self._replying = in_background(self._read, process, max_bytes)

    def wait(self, seconds: float) -> bool:
        """Wait for the reply, or for the child's end without one; False where neither came in time."""
        self._replying.join(seconds)
        return not self._replying.is_alive()

    def note(self) -> Note | None:
        """The last note that came before the reply."""
        return self._notes.last

    def printed(self) -> str:
        """The first of what the child wrote to standard error."""
        return self._printed.text()

    def _read(self, process: subprocess.Popen[bytes], max_bytes: int) -> None:
        try:
            self.reply = self._notes.reply(process.stdout, max_bytes)  # type: ignore[arg-type]
        except Exception as error:  # whatever a hostile reply provokes is the reply's fault
            self.error = error
        close(process.stdout)


def _feed(process: subprocess.Popen[bytes], header: Header, data: bytes) -> None:
    with suppress(OSError, ValueError):  # a child that died says so by its exit code
        write_frame(process.stdin, header, data)  # type: ignore[arg-type]


def close(stream: IO[bytes] | None) -> None:
    """Close a pipe of a child that may be gone."""
    with suppress(OSError):  # bytes that the child never took
        stream.close()  # type: ignore[union-attr]


def in_background(function: Any, *arguments: Any) -> threading.Thread:
    """Call the function in a thread that ends with the process."""
    thread = threading.Thread(target=function, args=arguments, daemon=True)
    thread.start()
    return thread
