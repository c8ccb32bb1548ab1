"""Draws the pages of one PDF in a child process that keeps it open until nobody has asked for a while."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import ExitStack
from queue import Empty, SimpleQueue

from rag_core.documents.limits import MB, Limits
from rag_core.documents.sandbox import failures
from rag_core.documents.sandbox.frames import Header, read_frame, write_frame
from rag_core.documents.sandbox.process import (
    Printed,
    Reply,
    child_process,
    child_program,
    close,
    feed,
    in_background,
    kill,
)
from rag_core.errors import UserError

log = logging.getLogger(__name__)

PAGE_PROGRAM = child_program("page_child")
_MAX_REPLY = 80 * MB
_MAX_PEAK_MB = 700.0  # a process that has once had more is not kept
_GRACE_S = 2.0


class _Crash(Exception):
    """The process is gone without a reply; the message says why, for the user."""


class _Open:
    """One process with the file open in it."""

    def __init__(self, data: bytes, name: str, password: str | None, limits: Limits, program: str) -> None:
        self._name, self._limits = name, limits
        self._stack = ExitStack()
        self._process = self._stack.enter_context(child_process(program))
        self._printed = Printed(self._process)
        self._replies: SimpleQueue[Reply | Exception] = SimpleQueue()
        in_background(self._receive)
        self._feeder = feed(self._process, {"password": password, "limits": list(limits)}, data)
        self.drawn = 0

    def draw(self, number: int, width_px: int) -> Reply:
        """The reply to a request. Raises _Crash, or UserError for a process that takes too long."""
        started_s = time.monotonic()
        in_background(self._send, number, width_px)
        try:
            reply = self._replies.get(timeout=self._limits.seconds)
        except Empty:
            raise UserError(failures.timed_out(self._name, time.monotonic() - started_s, self._limits)) from None
        if isinstance(reply, Exception):
            raise _Crash(self._why(reply, time.monotonic() - started_s))
        self.drawn += 1
        return reply

    def close(self) -> None:
        """Kill the process."""
        self._stack.close()

    def _send(self, number: int, width_px: int) -> None:
        self._feeder.join()
        try:
            write_frame(self._process.stdin, {"page": number, "width_px": width_px}, b"")  # type: ignore[arg-type]
        except (OSError, ValueError) as error:  # a child that died says so by its exit code
            log.debug("a request for a page could not be sent: %s", error)

    def _receive(self) -> None:
        try:
            while True:
                self._replies.put(read_frame(self._process.stdout, _MAX_REPLY))  # type: ignore[arg-type]
        except Exception as error:  # whatever a hostile reply provokes is the reply's fault
            self._replies.put(error)
        close(self._process.stdout)

    def _why(self, error: Exception, seconds: float) -> str:
        code, printed = kill(self._process), self._printed.text()
        log.error("the process that draws %s exited with code %s: %s\n%s", self._name, code, error, printed)
        return failures.crashed(self._name, code, seconds, self._limits, printed)


class PageDrawer:
    """The pages of one PDF as pixels, one at a time; safe for several threads.

    A process that has drawn before and then fails is replaced by a fresh one, once: what fails there too is the page's
    own fault. It ends after `idle_s` seconds without a request; the next request starts another one.
    """

    def __init__(
        self, data: bytes, name: str, password: str | None, *, idle_s: float = 60, program: str = PAGE_PROGRAM
    ) -> None:
        self._data, self._name, self._password, self._program = data, name, password, program
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._open: _Open | None = None
        self._used = 0

    def draw(self, number: int, width_px: int, limits: Limits) -> Reply:
        """Width and height in the header, RGB bytes in the body. Raises UserError or PasswordNeeded, nothing else."""
        with self._lock:
            try:
                reply = self._reply(number, width_px, limits)
            finally:
                self._used += 1
                if self._open is not None:
                    self._close_later()
            return reply

    def retire(self) -> None:
        """End the process as soon as it draws nothing."""
        self._idle_s = 0
        if self._lock.acquire(blocking=False):
            self._end()
            self._lock.release()

    @property
    def is_running(self) -> bool:
        """Whether there is a process."""
        return self._open is not None

    def _reply(self, number: int, width_px: int, limits: Limits) -> Reply:
        while True:
            if self._open is None:
                self._open = _Open(self._data, self._name, self._password, limits, self._program)
            fresh = not self._open.drawn
            try:
                header, body = self._open.draw(number, width_px)
            except _Crash as crash:
                self._end()
                if fresh:
                    raise UserError(str(crash)) from crash
                continue
            except BaseException:
                self._end()
                raise
            problem = header.get("problem")
            is_sound = problem in (None, "user", "password")
            if not is_sound or _is_large(header):
                self._end()
            if is_sound or fresh:
                break
        if problem is not None:
            raise failures.reported(self._name, header, limits)
        return header, body

    def _close_later(self) -> None:
        timer = threading.Timer(self._idle_s, self._close_if_unused, (self._used,))
        timer.daemon = True
        timer.start()

    def _close_if_unused(self, used: int) -> None:
        with self._lock:
            if used == self._used:
                self._end()

    def _end(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def _is_large(header: Header) -> bool:
    peak_mb = header.get("peak_mb")
    return isinstance(peak_mb, int | float) and peak_mb > _MAX_PEAK_MB
