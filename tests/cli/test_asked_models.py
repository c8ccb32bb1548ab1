"""The command line with strategies that ask a language model for each question."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from rag_core.cli.main import main
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_server.chat_answers import PASSAGE

TEXT = "The lighthouse on Skerry Rock was lit for the first time in 1871.\n\nA glacier is a river of ice.\n"
QUESTION = "When was the lighthouse lit?"
MULTI = "baseline:query.kind=multi_query"


@pytest.fixture
def note(tmp_path: Path) -> str:
    (tmp_path / "note.txt").write_text(TEXT)
    return str(tmp_path / "note.txt")


def by_stage(server: OpenAIServer) -> list[str]:
    return ["--llm", "openai-like", "--base-url", server.base_url, "--model", "by-stage"]


def compare_with(note: str, *specs: str) -> list[str]:
    return ["compare", note, "-q", QUESTION, *(part for spec in specs for part in ("--strategy", spec))]


def test_the_text_says_what_was_asked_and_what_it_cost(note: str, hostile: OpenAIServer, capsys) -> None:
    assert main([*compare_with(note, "hyde"), *by_stage(hostile)]) == 0
    printed = capsys.readouterr().out
    assert "  Asked by-stage for a hypothetical answer: " in printed
    assert "cost unknown" in printed
    assert f"  Searched for (passage, dense, weight 1): {PASSAGE}" in printed
    assert main([*compare_with(note, "hyde"), *by_stage(hostile)]) == 0
    assert ", from the cache" in capsys.readouterr().out
    assert len(hostile.requests) == 1


def test_a_failing_column_is_said_and_the_others_are_printed(note: str, hostile: OpenAIServer, capsys) -> None:
    assert main([*compare_with(note, "baseline", MULTI), *by_stage(hostile), "--json"]) == 2
    printed = capsys.readouterr()
    plain, failed = json.loads(printed.out)["columns"]
    assert plain["hits"]
    assert "error" not in plain
    assert failed["hits"] == []
    assert "answered with the error 500" in failed["error"]
    assert printed.err.splitlines()[-1] == failed["error"]
    assert main([*compare_with(note, "baseline", MULTI), *by_stage(hostile)]) == 2
    assert "  No hits: " in capsys.readouterr().out


def test_without_a_model_one_sentence_before_anything_is_read(tmp_path: Path, capsys) -> None:
    assert main(compare_with(str(tmp_path / "missing.txt"), "hyde", "baseline")) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    [line] = printed.err.splitlines()
    assert line.startswith("hyde asks a language model for each question, and none is chosen")
    assert "--llm" in line


@pytest.fixture
def questions(tmp_path: Path) -> str:
    gold = json.dumps([{"content": TEXT[:65], "start_index": 0, "end_index": 65}])
    with (tmp_path / "questions.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["question", "references", "corpus_id"])
        writer.writerows([f"{QUESTION} {i}", gold, "note"] for i in range(6))
    return str(tmp_path / "questions.csv")


def test_evaluate_says_how_many_calls_and_asks_several_at_once(
    note: str, questions: str, hostile: OpenAIServer, capsys
) -> None:
    spec = "hyde:rerank.kind=llm"
    command = ["evaluate", note, "--questions", questions, "--strategy", spec, *by_stage(hostile), "--json"]
    assert main(command) == 0
    printed = capsys.readouterr()
    said = (
        r"^hyde asks by-stage at \S+ for each question: up to 12 calls for 6 questions; cached replies are used again"
    )
    assert re.search(said, printed.err, re.MULTILINE)
    assert len(hostile.requests) == 12
    assert hostile.record.max_concurrent > 1
    [measured] = json.loads(printed.out)["strategies"]
    assert measured["timings_ms"]["model_ms"] > 0
    assert main(command) == 0
    assert len(hostile.requests) == 12


def test_evaluate_without_a_model_is_refused(note: str, questions: str, capsys) -> None:
    assert main(["evaluate", note, "--questions", questions, "--strategy", MULTI]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("baseline asks a language model for each question, and none is chosen")
