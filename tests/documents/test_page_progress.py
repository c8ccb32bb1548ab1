"""How many pages are read is told while a document is read, and a hostile child can tell nothing else."""

from __future__ import annotations

import io
import struct
import time

import pytest
from pdf_maker import pages_pdf

from rag_core.documents.document import Page
from rag_core.documents.limits import Limits
from rag_core.documents.page_progress import Step, pages_done, reporting, telling
from rag_core.documents.parsed import Parsed
from rag_core.documents.sandbox.frames import write_frame
from rag_core.documents.sandbox.notes import Note, NoteReader, NoteWriter
from rag_core.documents.sandbox.run import parse
from rag_core.errors import UserError
from rag_core.progress import Progress

LIMITS = Limits(seconds=60, pages=500)


def slow_reader(data: bytes, password: str | None, limits: Limits, *, pages: int) -> Parsed:
    """Reads as many pages as it is told to, each in longer than a note is due."""
    for number in range(1, pages + 1):
        pages_done("read", number, pages)
        time.sleep(0.25)
    return Parsed("words", (Page(1, 0, 5, None, None),))


def note(step: int, done: int, total: int) -> bytes:
    return struct.pack(">4sIIQ", b"PAGE", step, done, total)


def reply(**header: object) -> bytes:
    stream = io.BytesIO()
    write_frame(stream, header, b"body")
    return stream.getvalue()


def test_pages_are_reported_while_a_document_is_read() -> None:
    seen: list[Progress] = []
    with reporting(seen.append):
        parse(f"{__name__}:slow_reader", {"pages": 12}, b"x", "slow.pdf", None, LIMITS)
    assert seen
    assert all(one.total == 12 for one in seen)
    assert [one.done for one in seen] == sorted({one.done for one in seen})
    assert seen[-1].stage == f"Reading slow.pdf, page {seen[-1].done} of 12"


@pytest.mark.parametrize("parser", ["pdfium", "pypdf", "layout"])
def test_each_reader_counts_every_page(parser: str) -> None:
    from rag_core.documents.reading import load_reader
    from rag_core.parts.parser import get_parser

    told: list[tuple[Step, int, int]] = []
    with telling(lambda *one: told.append(one)):
        load_reader(get_parser(parser).reader)(pages_pdf([(72, 80, "One")], [(72, 80, "Two")]), None, LIMITS)
    assert [one for one in told if one[0] == "read"] == [("read", 1, 2), ("read", 2, 2)]
    assert all(told.count(one) == 1 for one in told)


def test_nobody_is_told_of_what_another_reads() -> None:
    seen: list[Progress] = []
    with reporting(seen.append):
        pass
    parse(f"{__name__}:slow_reader", {"pages": 2}, b"x", "slow.pdf", None, LIMITS)
    assert not seen


def test_what_ends_the_wait_ends_the_reading() -> None:
    class Left(BaseException):
        """The user has left."""

    def leave(progress: Progress) -> None:
        raise Left

    with pytest.raises(Left), reporting(leave):
        parse(f"{__name__}:slow_reader", {"pages": 400}, b"x", "slow.pdf", None, LIMITS)


def test_the_last_note_counts_and_the_reply_comes_after_it() -> None:
    reader = NoteReader(LIMITS)
    stream = io.BytesIO(note(0, 1, 300) + note(0, 7, 300) + note(2, 3, 300) + reply(a=1) + note(2, 4, 300))
    assert reader.reply(stream, 1000) == ({"a": 1}, b"body")
    assert reader.last == Note("join", 3, 300)


@pytest.mark.parametrize(
    "hostile",
    [
        note(3, 1, 2),
        note(0, 0, 2),
        note(0, 3, 2),
        note(0, 1, 501),
        note(0, 1, 2**64 - 1),
        note(2**32 - 1, 1, 2),
        b"PAGX" + bytes(16),
    ],
)
def test_a_note_that_no_reader_sends_is_refused(hostile: bytes) -> None:
    reader = NoteReader(LIMITS)
    with pytest.raises(ValueError, match="not a"):
        reader.reply(io.BytesIO(hostile + reply(a=1)), 1000)
    assert reader.last is None


def test_a_flood_of_notes_is_refused() -> None:
    with pytest.raises(ValueError, match="more notes"):
        NoteReader(LIMITS).reply(io.BytesIO(note(0, 1, 2) * 10_000 + reply(a=1)), 1000)


def test_notes_without_a_reply_are_no_reply() -> None:
    with pytest.raises(EOFError):
        NoteReader(LIMITS).reply(io.BytesIO(note(0, 1, 2) + note(0, 2, 2)[:7]), 1000)


def test_a_child_that_sends_notes_without_end_is_ended() -> None:
    program = f"import sys\nwhile True: sys.stdout.buffer.write({note(0, 1, 2)!r} * 1000)"
    with pytest.raises(UserError, match=r"evil\.pdf could not be read: its parser crashed"):
        parse("x:y", {}, b"", "evil.pdf", None, LIMITS, program=program)


def test_a_child_sends_few_notes_however_many_pages_there_are() -> None:
    stream = io.BytesIO()
    writer = NoteWriter(stream)
    began_s = time.monotonic()
    for number in range(1, 1001):
        writer("read", number, 1000)
    allowed = 1 + (time.monotonic() - began_s) / 0.1
    assert stream.getvalue().startswith(note(0, 1, 1000))
    assert len(stream.getvalue()) / len(note(0, 1, 1000)) <= allowed
