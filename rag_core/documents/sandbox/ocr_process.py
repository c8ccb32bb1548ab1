"""The process that reads pictures of pages: how it is started, asked and given up."""

from __future__ import annotations

import logging
import time
from queue import Empty, SimpleQueue

from rag_core import interrupts
from rag_core.documents.limits import MB, Limits
from rag_core.documents.page_shares import share_read
from rag_core.documents.sandbox import failures
from rag_core.documents.sandbox.frames import Header, read_frame, write_frame
from rag_core.documents.sandbox.process import Printed, child_process, child_program, close, in_background, kill

log = logging.getLogger(__name__)

OCR_PROGRAM = child_program("ocr_child")
_MAX_REPLY = 20 * MB
_MEMORY_TIMES = 2  # the limit of a parser: the models and what they compute take 1 GB, and reserve twice as much
_SECONDS_TIMES = 5  # the limit of a parser, for each page: a page takes seconds, or a minute on a busy machine


class OcrCrash(Exception):
    """The process took too long, or is gone without a reply; the message says why, for the user."""


class OcrProcess:
    """One process with the models in it; `pages` counts the pictures that it has read."""

    def __init__(self, engine: str, name: str, limits: Limits, program: str = OCR_PROGRAM) -> None:
        """`engine` is the place of the class that reads a picture, "module:class", as for readers."""
        self._name = name
        self._limits = limits._replace(
            memory_mb=_MEMORY_TIMES * limits.memory_mb, seconds=_SECONDS_TIMES * limits.seconds
        )
        self._context = child_process(program)
        self._process = self._context.__enter__()
        self._printed = Printed(self._process)
        self._replies: SimpleQueue[Header | Exception] = SimpleQueue()
        in_background(self._receive)
        self._sending = in_background(self._send, {"engine": engine, "limits": list(self._limits)}, b"")
        self.pages = 0

    def read(self, width: int, height: int, pixels: bytes) -> Header:
        """The reply about a picture in RGB; raises OcrCrash, and what `interrupts.check` raises.

        The share of the picture that is read meanwhile is passed on to `page_shares`.
        """
        started_s = time.monotonic()
        self._sending.join()
        self._sending = in_background(self._send, {"width": width, "height": height}, pixels)
        while True:
            try:
                reply = self._replies.get(timeout=interrupts.POLL_S)
                if isinstance(reply, Exception) or "share" not in reply:
                    break
                share_read(_share(reply["share"]))
            except Empty:
                interrupts.check()
            if (seconds := time.monotonic() - started_s) > self._limits.seconds:
                raise OcrCrash(failures.timed_out(self._name, seconds, self._limits))
        if isinstance(reply, Exception):
            raise OcrCrash(self._why(reply, time.monotonic() - started_s))
        self.pages += 1
        return reply

    def close(self) -> None:
        """Kill the process."""
        self._context.__exit__(None, None, None)

    def _send(self, header: Header, body: bytes) -> None:
        try:
            write_frame(self._process.stdin, header, body)  # type: ignore[arg-type]
        except (OSError, ValueError) as error:  # a child that died says so by its exit code
            log.debug("a picture could not be sent: %s", error)

    def _receive(self) -> None:
        try:
            while True:
                self._replies.put(read_frame(self._process.stdout, _MAX_REPLY)[0])  # type: ignore[arg-type]
        except Exception as error:  # whatever a reply provokes is the reply's fault
            self._replies.put(error)
        close(self._process.stdout)

    def _why(self, error: Exception, seconds: float) -> str:
        code, printed = kill(self._process), self._printed.text()
        log.error("the process that reads %s by OCR exited with code %s: %s\n%s", self._name, code, error, printed)
        return failures.crashed(self._name, code, seconds, self._limits, printed)


def _share(sent: object) -> float:
    """What the process sent, which may have been taken over, as a share."""
    return float(sent) if isinstance(sent, int | float) and 0 <= sent <= 1 else 0.0
