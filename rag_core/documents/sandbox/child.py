"""The child process that reads hostile bytes: takes one task from standard input, replies on standard output.

Its limits: address space, CPU time, no core file and no file output where the platform has them. macOS does not
enforce the limit on memory and Windows has none of these; the parent's limit on wall time holds everywhere.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable
from typing import BinaryIO

from rag_core.documents.limits import MB, Limits
from rag_core.documents.page_processes import in_processes, processors
from rag_core.documents.page_progress import telling
from rag_core.documents.sandbox.frames import Header, read_header, write_frame
from rag_core.documents.sandbox.notes import NoteWriter
from rag_core.errors import NoTextLayer, PasswordNeeded, UserError

_KINDS: dict[type, str] = {PasswordNeeded: "password", NoTextLayer: "images"}  # of a UserError, by the reply's word
Task = Callable[[Header, bytes, Limits], tuple[Header, bytes | memoryview]]


def main() -> None:
    """Do one task and exit, with notes on the pages that are done; exit at once when the parent is gone."""
    incoming, outgoing = sys.stdin.buffer, private_output()
    header, size = read_header(incoming, sys.maxsize)
    limits = Limits(*header["limits"])
    lock_down(limits)
    try:
        data = incoming.read(size)
        threading.Thread(target=_follow_parent, args=(incoming,), daemon=True).start()
        with telling(NoteWriter(outgoing)), in_processes(processors()):
            reply, body = _TASKS[header["task"]](header, data, limits)
    except Exception as error:
        reply, body = failure(error), b""
    with contextlib.suppress(BrokenPipeError):
        write_frame(outgoing, reply, body)
    os._exit(0)  # a reader of standard input may still be waiting, and clean-up has nothing to save


def failure(error: Exception) -> Header:
    """The reply that tells the parent which kind of failure it was: password, user, memory or bug."""
    if isinstance(error, UserError):
        return {"problem": _KINDS.get(type(error), "user"), "message": str(error)}
    unmapped = isinstance(error, (ImportError, OSError)) and re.search(r"allocate|map segment", str(error))
    memory = isinstance(error, MemoryError) or unmapped  # libraries, too, are loaded within the limit
    return {"problem": "memory" if memory else "bug", "message": traceback.format_exc()}


def private_output() -> BinaryIO:
    """Standard output for the reply alone: whatever a C library prints goes to standard error."""
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return outgoing


def lock_down(limits: Limits) -> None:
    """Set the limits that the operating system enforces."""
    try:
        import resource
    except ImportError:  # Windows
        return
    memory = int(limits.memory_mb * MB)
    seconds = int(limits.seconds) + 1
    values = {"RLIMIT_AS": memory, "RLIMIT_CPU": seconds, "RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0}
    for name, value in values.items():
        if (which := getattr(resource, name, None)) is None:
            continue
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some
            resource.setrlimit(which, (value, value + 1 if name == "RLIMIT_CPU" else value))


def _follow_parent(incoming: BinaryIO) -> None:
    """Exit when standard input closes: the parent keeps it open for as long as it waits for the reply."""
    incoming.read(1)
    os._exit(1)


def _parse(header: Header, data: bytes, limits: Limits) -> tuple[Header, bytes]:
    from rag_core.documents.reading import load_reader
    from rag_core.documents.sandbox.wire import pack

    return pack(load_reader(header["reader"])(data, header["password"], limits, **header["fields"]))


_TASKS: dict[str, Task] = {"parse": _parse}
