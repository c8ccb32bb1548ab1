"""Progress on standard error: a line that is rewritten in a terminal, a line every ten seconds elsewhere."""

import io
import sys

import pytest

from rag_core.cli import progress_line
from rag_core.cli.progress_line import ProgressLine, clear_progress, print_message
from rag_core.progress import Progress

REPORTS = [
    Progress("Loading MiniLM, 1 s so far", 0, 1),
    Progress("Loading MiniLM, 2 s so far", 0, 1),
    Progress("Reading", 1, 4, remaining_ms=3000),
    Progress("Reading", 4, 4),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Full(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def opened_terminal(monkeypatch: pytest.MonkeyPatch, kind: str = "xterm") -> Terminal:
    monkeypatch.setenv("TERM", kind)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    return terminal


def test_a_log_gets_a_line_every_ten_seconds_whatever_the_stage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = ProgressLine()
    for second in range(26):
        monkeypatch.setattr(progress_line.time, "monotonic", lambda now=second: 1000.0 + now)
        report(Progress(f"Stage {second // 3}", second, 25, remaining_ms=1000.0 * (25 - second)))
    assert capsys.readouterr().err.splitlines() == [
        "Stage 0: 0%, 25 s left",
        "Stage 3: 40%, 15 s left",
        "Stage 6: 80%, 5 s left",
    ]


def test_a_log_gets_no_line_about_what_ends_within_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    report = ProgressLine()
    report(Progress("Reading a.pdf, page 1 of 31", 1, 31, remaining_ms=300))
    assert capsys.readouterr().err == ""
    report(Progress("Reading a.pdf, page 2 of 31", 2, 31, remaining_ms=5800))
    assert capsys.readouterr().err == "Reading a.pdf, page 2 of 31: 6%, 6 s left\n"


def test_a_terminal_that_can_rewrite_nothing_is_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = opened_terminal(monkeypatch, "dumb")
    report = ProgressLine()
    for progress in REPORTS:
        report(progress)
    print_message("Done.")
    assert terminal.getvalue() == "Loading MiniLM, 1 s so far: 0%\nDone.\n"


def test_a_terminal_sees_one_line_that_is_rewritten(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = opened_terminal(monkeypatch)
    report = ProgressLine()
    for progress in REPORTS[:3]:
        report(progress)
    print_message("It failed.")
    assert terminal.getvalue().split("\r\033[K")[1:] == [
        "Loading MiniLM, 1 s so far: 0%",
        "Loading MiniLM, 2 s so far: 0%",
        "Reading: 25%, 3 s left",
        "It failed.\n",
    ]


def test_a_finished_stage_ends_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = opened_terminal(monkeypatch)
    ProgressLine()(REPORTS[3])
    assert terminal.getvalue().endswith("Reading: 100%\n")


def test_an_unfinished_line_is_removed_before_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = opened_terminal(monkeypatch)
    ProgressLine()(REPORTS[2])
    clear_progress()
    assert terminal.getvalue().endswith("\r\033[K")


def test_a_line_fits_into_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = opened_terminal(monkeypatch)
    monkeypatch.setenv("COLUMNS", "40")
    ProgressLine()(Progress("Reading " + "a" * 100, 1, 2))
    assert len(terminal.getvalue().removeprefix("\r\033[K")) == 39


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\x9b31mb", "a\nb", "a\udce9b", "a\u202eb"])
def test_nothing_that_a_terminal_obeys_is_printed(capsys: pytest.CaptureFixture[str], text: str) -> None:
    print_message(text)
    ProgressLine()(Progress(text, 0, 1))
    message, progress = capsys.readouterr().err.splitlines()
    for line in (message, progress):
        assert line.startswith("a\\")
        assert line.isprintable()


def test_what_cannot_be_said_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Full())
    ProgressLine()(REPORTS[0])
    print_message("It failed.")
