"""A process that misbehaves costs the page that provokes it, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag_core import interrupts
from rag_core.documents.limits import Limits
from rag_core.documents.ocr.page_reader import OcrFailed, PageReader
from rag_core.documents.ocr.page_words import PageWords
from rag_core.documents.page_shares import telling_shares
from tests.documents.ocr.scans import needs_ocr
from tests.documents.pdf_maker import encrypted_pdf, image_pdf

PDF = image_pdf(3)
Reader = Callable[..., PageReader]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "processes"


@pytest.fixture
def reader(state: Path) -> Iterator[Reader]:
    made: list[PageReader] = []

    def make(behaviour: str, data: bytes = PDF, seconds: float = 120) -> PageReader:
        program = f"from tests.fakes.ocr_child import main; main({behaviour!r}, {str(state)!r})"
        made.append(PageReader(data, "scan.pdf", None, Limits(seconds=seconds), program))
        return made[-1]

    yield make
    for one in made:
        one.close()


def read(reader: PageReader, number: int) -> PageWords:
    return PageWords.model_validate_json(reader.read(number))


def started(state: Path) -> int:
    return len(state.read_text().splitlines())


def test_one_process_reads_all_pages(reader: Reader, state: Path) -> None:
    works = reader("works")
    assert [read(works, number).lines[0][0].text for number in (1, 2, 3)] == ["word"] * 3
    assert started(state) == 1


def test_loading_models_and_the_share_of_a_page_are_told(reader: Reader) -> None:
    told: list[float | None] = []
    tells = reader("tells")
    with telling_shares(told.append):
        read(tells, 1)
        read(tells, 2)
    assert told[0] is None
    assert told.count(None) == 1  # the models are loaded once
    assert told[-5:] == [0.0, 0.25, 0.75, 0.0, 0.0]  # what is no share is none


def test_a_page_that_crashes_every_process_is_given_up(reader: Reader, state: Path) -> None:
    page = read(reader("crashes on pages"), 1)
    assert page.lines == ()
    assert "scan.pdf could not be read: its parser crashed (exit code 3)" in page.problem
    assert started(state) == 1  # it was fresh: a second one would crash as well


def test_a_process_that_crashes_after_other_pages_is_replaced_once(reader: Reader, state: Path) -> None:
    crashes = reader("crashes once")
    assert [read(crashes, number).problem for number in (1, 2)] == ["", ""]
    assert started(state) == 2


def test_a_malformed_reply_is_not_believed(reader: Reader) -> None:
    assert "malformed" in read(reader("lies"), 1).problem


def test_ocr_that_never_works_is_no_pages_fault(reader: Reader) -> None:
    with pytest.raises(OcrFailed, match="OCR does not work here: ImportError: no libGL"):
        reader("never works").read(1)


def test_a_page_that_takes_too_long_is_given_up(reader: Reader) -> None:
    hangs = reader("hangs", seconds=4)
    assert "timed out" in read(hangs, 1).problem


def test_a_page_that_cannot_be_drawn_says_so(reader: Reader) -> None:
    assert read(reader("works"), 9).problem


def test_whoever_waits_can_give_up(reader: Reader, state: Path) -> None:
    class GivenUp(BaseException):
        pass

    hangs, ended, stopped = reader("hangs"), threading.Event(), threading.Event()

    def check() -> None:
        if stopped.is_set():
            raise GivenUp

    def work() -> None:
        interrupts.set_check(check)
        try:
            hangs.read(1)
        except GivenUp:
            ended.set()

    threading.Thread(target=work, daemon=True).start()
    while not state.exists():
        threading.Event().wait(0.05)
    stopped.set()
    assert ended.wait(60)


def test_an_encrypted_file_is_drawn_with_its_password_only(reader: Reader) -> None:
    with pytest.raises(Exception, match="is encrypted"):
        reader("works", encrypted_pdf("secret", user="open")).read(1)


@needs_ocr
def test_nothing_is_downloaded() -> None:
    program = (
        "import socket, numpy\n"
        "def refuse(*arguments, **options): raise AssertionError('the network was tried')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from rag_core.documents.ocr.engine import Engine\n"
        "print(Engine().read(numpy.full((64, 64, 3), 255, dtype=numpy.uint8)).lines)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.stdout.strip() == "()", ended.stderr
