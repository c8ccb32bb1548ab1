"""One sentence for each way in which the child process can fail, with the remedy."""

from __future__ import annotations

import logging
import re
import signal

from rag_core.documents.limits import PARSE_MEMORY_MB, PARSE_SECONDS, Limits
from rag_core.documents.sandbox.frames import Header
from rag_core.errors import NoTextLayer, PasswordNeeded, UserError

log = logging.getLogger(__name__)

_MAX_MESSAGE = 1000  # characters that a child may put into a message
_MAX_LOGGED = 20_000
_REPORTED = {"password": PasswordNeeded, "images": NoTextLayer, "user": UserError}
_CORRUPTED = re.compile(r"corrupt|free\(\)|invalid|assert", re.IGNORECASE)  # printed before an abort for other reasons


def reported(name: str, header: Header, limits: Limits) -> UserError:
    """The error that the child itself reported in the header of its reply."""
    problem, message = header["problem"], str(header.get("message", ""))
    if (kind := _REPORTED.get(problem)) is not None:
        return kind(f"{name} {message[:_MAX_MESSAGE]}")
    log.error("the parser of %s failed: %s", name, message[:_MAX_LOGGED])
    if problem == "memory":
        return UserError(_out_of_memory(name, limits))
    return UserError(f"{name} could not be read: its parser failed. It may be damaged; details are in the log.")


def crashed(name: str, code: int, seconds: float, limits: Limits, printed: str) -> str:
    """Why a child exited without a reply, judged by its exit code and what it printed."""
    if code == -getattr(signal, "SIGXCPU", 0):
        return timed_out(name, seconds, limits)
    if code == -signal.SIGABRT and not _CORRUPTED.search(printed):  # how C++ ends when memory is refused
        return _out_of_memory(name, limits)
    how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return (
        f"{name} could not be read: its parser crashed ({how}). It is damaged, or requires more memory than the "
        f"{limits.memory_mb:,g} MB that {PARSE_MEMORY_MB} allows. Get it again, repair it, or raise the limit."
    )


def timed_out(name: str, seconds: float, limits: Limits) -> str:
    """The child took longer than the limit."""
    return (
        f"{name} timed out after {seconds:,.1f} seconds; the limit is {limits.seconds:,g} seconds. "
        f"Split it, or raise the limit with the environment variable {PARSE_SECONDS}."
    )


def _out_of_memory(name: str, limits: Limits) -> str:
    return (
        f"{name} could not be read: its parser ran out of its {limits.memory_mb:,g} MB of memory. "
        f"Split it, or raise the limit with the environment variable {PARSE_MEMORY_MB}."
    )
