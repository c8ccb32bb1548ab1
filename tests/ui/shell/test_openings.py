"""A file is opened once, whatever is clicked meanwhile, and not at all for nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from rag_core import interrupts
from rag_core.documents.page_progress import reported_as
from rag_core.errors import UserError
from rag_core.progress import Progress
from rag_core.ui.shell.openings import Openings

TIMEOUT_S = 60


class Clicked(BaseException):
    """The user has clicked, which ends the page's run."""


class Reading:
    """The work of opening a file: it waits until the test lets it go on, or nobody wants it."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.may_end = threading.Event()
        self.given_up = threading.Semaphore(0)

    def __call__(self) -> str:
        self.begun.release()
        try:
            while not self.may_end.wait(0.01):
                interrupts.check()
        except BaseException:
            self.given_up.release()
            raise
        return "key"


@pytest.fixture
def reading() -> Iterator[Reading]:
    reading = Reading()
    yield reading
    reading.may_end.set()


@pytest.fixture
def click() -> Iterator[None]:
    """A click during every wait of this thread."""

    def end() -> None:
        raise Clicked

    interrupts.set_check(end)
    yield
    interrupts.set_check(lambda: None)


def test_a_click_does_not_begin_the_reading_again(reading: Reading, click: None) -> None:
    openings = Openings()
    for _ in range(3):
        with pytest.raises(Clicked):
            openings.outcome("a", reading)
    interrupts.set_check(lambda: None)
    reading.may_end.set()
    assert openings.outcome("a", reading) == "key"
    assert reading.begun.acquire(timeout=TIMEOUT_S)
    assert not reading.begun.acquire(blocking=False)


def test_a_removed_file_is_given_up_and_the_others_are_not(reading: Reading, click: None) -> None:
    openings, other = Openings(), Reading()
    for name, work in (("removed", reading), ("kept", other)):
        with pytest.raises(Clicked):
            openings.outcome(name, work)
    openings.keep(["kept"])
    assert reading.given_up.acquire(timeout=TIMEOUT_S)
    interrupts.set_check(lambda: None)
    other.may_end.set()
    assert openings.outcome("kept", other) == "key"


def test_a_session_that_leaves_gives_up_and_goes_on_when_it_comes_back(reading: Reading, click: None) -> None:
    openings = Openings()
    with pytest.raises(Clicked):
        openings.outcome("a", reading)
    openings.end()
    assert reading.given_up.acquire(timeout=TIMEOUT_S)
    openings.begin()
    reading.may_end.set()
    interrupts.set_check(lambda: None)
    assert openings.outcome("a", reading) == "key"


def test_what_is_wrong_with_a_file_is_its_outcome() -> None:
    def refuse() -> str:
        raise UserError("a.pdf is damaged.")

    assert str(Openings().outcome("a", refuse)) == "a.pdf is damaged."


def test_an_error_of_the_program_is_raised_where_the_page_waits() -> None:
    with pytest.raises(ZeroDivisionError):
        Openings().outcome("a", lambda: str(1 // 0))


def test_the_progress_of_the_reading_is_reported_where_the_page_waits() -> None:
    may_end, seen = threading.Event(), list[tuple[int, Progress]]()

    def read() -> str:
        reported_as("a.pdf")("read", 120, 307)
        while not may_end.wait(0.01):
            interrupts.check()
        return "key"

    def report(progress: Progress) -> None:
        seen.append((threading.get_ident(), progress))
        may_end.set()

    assert Openings().outcome("a", read, report) == "key"
    thread, progress = seen[0]
    assert thread == threading.get_ident()
    assert progress.stage == "Reading a.pdf, page 120 of 307"
    assert progress.share == pytest.approx(120 / 307)
