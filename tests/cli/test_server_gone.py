"""With a language model's server that is gone the hits are printed, and what is missing is said: exit code 2."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from rag_core.cli.main import main

QUESTION = "When was the lighthouse lit?"
TEXT = "The lighthouse on Skerry Rock was lit for the first time in 1871.\n\nA glacier is a river of ice.\n"
WRITTEN = "metadata_references:reference.writer=llm,reference.questions=2"
SPECS = ["--strategy", "baseline", "--strategy", WRITTEN]


@pytest.fixture
def gone() -> list[str]:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    return ["--llm", "openai-like", "--base-url", f"http://127.0.0.1:{port}/v1", "--model", "qwen", "--timeout-s", "5"]


@pytest.fixture
def note(tmp_path: Path) -> str:
    path = tmp_path / "note.txt"
    path.write_text(TEXT)
    return str(path)


def test_every_column_has_its_hits_and_the_reason(note: str, gone: list[str], capsys) -> None:
    specs = ["--strategy", "baseline", "--strategy", "metadata_references"]
    assert main(["compare", note, "-q", QUESTION, *specs, "--answers", *gone]) == 2
    printed = capsys.readouterr()
    assert printed.out.count("No answer: Connecting to http://127.0.0.1:") == 2
    assert printed.out.count("lit for the first time in 1871") >= 2
    assert printed.err.splitlines()[-1].startswith("Connecting to http://127.0.0.1:")


def test_texts_that_could_not_be_written_are_a_notice_of_their_column_alone(note: str, gone: list[str], capsys) -> None:
    assert main(["compare", note, "-q", QUESTION, *SPECS, "--answers", "--yes", "--json", *gone]) == 2
    printed = capsys.readouterr()
    plain, written = json.loads(printed.out)["columns"]
    missing = "2 of 2 summaries and question lists are missing; the rest is searched."
    assert (plain.get("notices", []), written["notices"]) == ([], [missing])
    assert plain["hits"]
    assert written["hits"]
    assert all("Connecting to" in column["answer_error"] for column in (plain, written))
    assert f"metadata_references: {missing}" in printed.err.splitlines()


def test_without_answers_missing_texts_are_an_error_too(note: str, gone: list[str], capsys) -> None:
    assert main(["compare", note, "-q", QUESTION, *SPECS, "--yes", *gone]) == 2
    printed = capsys.readouterr()
    assert "lit for the first time" in printed.out
    assert printed.err.splitlines()[-1].startswith("Connecting to")


def test_nothing_is_measured_with_missing_texts(note: str, gone: list[str], tmp_path: Path, capsys) -> None:
    gold = {"question": QUESTION, "references": [{"content": "The", "start_index": 0, "end_index": 3}]}
    (path := tmp_path / "questions.json").write_text(
        json.dumps({"document": {"name": "note.txt"}, "questions": [gold]})
    )
    assert main(["evaluate", note, "--questions", str(path), *SPECS, "--yes", *gone]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Nothing was measured" in printed.err.splitlines()[-1]


def test_metadata_says_what_there_is(note: str, gone: list[str], capsys) -> None:
    assert main(["metadata", note, "--yes", *gone]) == 2
    printed = capsys.readouterr()
    assert printed.out.startswith("0 of 1 chunk has a summary and questions.")
    assert printed.err.splitlines()[-1].startswith("Connecting to")
