"""What the child says of its pages before it replies: small notes of one size, of which the last one counts."""

from __future__ import annotations

import struct
import time
from contextlib import suppress
from typing import BinaryIO, NamedTuple

from rag_core.documents.limits import Limits
from rag_core.documents.page_progress import STEPS, Step
from rag_core.documents.sandbox.frames import Header, frame_after, read_start

_NOTE = struct.Struct(">4sIIQ")  # as long as the start of a frame
_MAGIC = b"PAGE"
_INTERVAL_S = 0.1  # between two notes of a child
_ROOM = 100  # notes more than that, for clocks that differ


class Note(NamedTuple):
    """How many of all pages a step has done."""

    step: Step
    done: int
    total: int


class NoteWriter:
    """Sends notes, a few in a second."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._sent_s = 0.0

    def __call__(self, step: Step, done: int, total: int) -> None:
        """Send a note, unless the last one was sent a moment ago."""
        now_s = time.monotonic()
        if now_s - self._sent_s < _INTERVAL_S:
            return
        self._sent_s = now_s
        with suppress(BrokenPipeError):  # nobody waits any more
            self._stream.write(_NOTE.pack(_MAGIC, STEPS.index(step), done, total))
            self._stream.flush()


class NoteReader:
    """Reads the notes and then the reply of a child that may have been taken over; `last` is the last note."""

    def __init__(self, limits: Limits) -> None:
        self.last: Note | None = None
        self._limits = limits
        self._left = int(limits.seconds / _INTERVAL_S) + _ROOM

    def reply(self, stream: BinaryIO, max_bytes: int) -> tuple[Header, bytes]:
        """The reply; raises as `read_frame` does, and ValueError for notes that no reader sends, or too many."""
        while (start := read_start(stream)).startswith(_MAGIC):
            self._left -= 1
            if self._left < 0:
                raise ValueError("more notes than the time allows")
            self.last = self._checked(*_NOTE.unpack(start)[1:])
        return frame_after(start, stream, max_bytes)

    def _checked(self, step: int, done: int, total: int) -> Note:
        if step >= len(STEPS) or not 0 < done <= total <= self._limits.pages:
            raise ValueError(f"not a note: step {step:,}, page {done:,} of {total:,}")
        return Note(STEPS[step], done, total)
