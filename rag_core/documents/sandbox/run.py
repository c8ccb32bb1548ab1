"""Has hostile bytes read in a child process with limits on time and memory.

Whatever the bytes do to the child, the caller gets a result or one UserError. The child has no key and no password of
this process in its environment, gets its bytes through a pipe, and is killed with its whole process group when its
time is up, when the caller is interrupted, and when this process dies (see `child` for what each platform enforces).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from rag_core import interrupts
from rag_core.documents.limits import MB, Limits
from rag_core.documents.page_progress import reported_as
from rag_core.documents.parsed import Parsed
from rag_core.documents.sandbox import failures
from rag_core.documents.sandbox.frames import Header
from rag_core.documents.sandbox.process import CHILD_PROGRAM, Reply, ReplyReader, child_process, feed, kill
from rag_core.documents.sandbox.wire import unpack
from rag_core.errors import UserError

log = logging.getLogger(__name__)

_BYTES_PER_CHARACTER = 20  # at most 4 in UTF-8, and 16 for its box
_HEADER_ROOM = 64 * MB
_QUIET_S = 1.0  # of what is read sooner, no progress is reported
_GRACE = 2.0  # seconds for pipes to end after the child: something that left its group may hold them open


def parse(
    reader: str,
    fields: Mapping[str, Any],
    data: bytes,
    name: str,
    password: str | None,
    limits: Limits,
    *,
    program: str = CHILD_PROGRAM,
) -> Parsed:
    """Read the bytes in a child process with the reader at a place and the parser's fields, which must be JSON.

    `name` begins every message of a UserError. `program` is what the child runs.
    """
    max_bytes = int(limits.characters * _BYTES_PER_CHARACTER) + _HEADER_ROOM
    task = {"task": "parse", "reader": reader, "fields": dict(fields), "password": password}
    header, body = run(task, data, name, limits, max_bytes, program=program)
    try:
        return unpack(header, body)
    except (ValueError, KeyError, TypeError) as error:
        log.exception("the parser's reply about %s is malformed", name)
        raise UserError(f"{name} could not be read: its parser's reply is malformed; see the log.") from error


def _replies(reader: ReplyReader, name: str, seconds: float) -> bool:
    """Wait for the reply or for the child's end, unless nobody wants it any more; whether either came in time.

    What the child notes meanwhile is reported as progress of the document of a name.
    """
    began_s = time.monotonic()
    ends_s = began_s + seconds
    report, reported = reported_as(name), None
    while (left_s := ends_s - time.monotonic()) > 0:
        if reader.wait(min(left_s, interrupts.POLL_S)):
            return True
        interrupts.check()
        note = reader.note()
        if note is not None and note != reported and time.monotonic() - began_s > _QUIET_S:
            reported = note
            report(*note)
    return False


def run(task: Header, data: bytes, name: str, limits: Limits, max_bytes: int, *, program: str = CHILD_PROGRAM) -> Reply:
    """Do one task in a child process of its own and return its reply of at most `max_bytes`.

    Raises UserError or PasswordNeeded, and nothing else whatever the bytes are.
    """
    started = time.monotonic()
    with child_process(program) as process:
        reader = ReplyReader(process, max_bytes, limits)
        feeder = feed(process, {**task, "limits": list(limits)}, data)
        timed_out = not _replies(reader, name, limits.seconds)
        code = kill(process)
        feeder.join(_GRACE)
        reader.wait(_GRACE)
    seconds = time.monotonic() - started
    if timed_out:
        raise UserError(failures.timed_out(name, seconds, limits))
    if reader.reply is None:
        log.error("the parser of %s exited with code %s: %s\n%s", name, code, reader.error, reader.printed())
        raise UserError(failures.crashed(name, code, seconds, limits, reader.printed()))
    if "problem" in reader.reply[0]:
        raise failures.reported(name, reader.reply[0], limits)
    return reader.reply
