"""Progress on standard error: a line that is rewritten in a terminal, one line per stage elsewhere."""

import io
import sys

import pytest

from rag_core.cli.progress_line import ProgressLine, print_message
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


def test_one_line_per_stage_in_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    report = ProgressLine()
    for progress in REPORTS:
        report(progress)
    print_message("Done.")
    assert capsys.readouterr().err == "Loading MiniLM\nReading\nDone.\n"


def test_a_terminal_sees_one_line_that_is_rewritten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
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
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    ProgressLine()(REPORTS[3])
    assert terminal.getvalue().endswith("Reading: 100%\n")
