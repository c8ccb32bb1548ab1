"""Answers and metadata by a language model on the command line, with a real server and with one that fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag_core.cli.main import main
from tests.fakes.chat_server import ChatServer
from tests.fakes.openai_server import ANSWER_TOKENS, PROMPT_TOKENS, OpenAIServer

TEXT = """\
The lighthouse on Skerry Rock was lit for the first time in 1871. Keepers carried the oil up a stair of 186 steps.

A glacier is a river of ice. It flows downhill a few centimetres a day, and melts at its tongue.
"""
QUESTION = "When was the lighthouse lit?"
SMALL = "baseline:chunker.chunk_tokens=32,chunker.overlap_tokens=0,budget.hits=2"
METADATA = (
    "metadata_references:reference.writer=llm,reference.questions=2,chunker.chunk_tokens=32,chunker.overlap_tokens=0"
)
KEY = "sk-environment-Pq7Zx2Vw9Lm4Rt6Yb1Nc"


@pytest.fixture(autouse=True)
def no_model_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CHUNKSCOPE_LLM", "CHUNKSCOPE_LLM_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def notes(tmp_path: Path) -> str:
    path = tmp_path / "notes.txt"
    path.write_text(TEXT)
    return str(path)


def model_options(base_url: str, model: str) -> list[str]:
    return ["--llm", "openai-like", "--base-url", base_url, "--model", model]


def compared(notes: str, server: OpenAIServer | ChatServer, model: str, *more: str, capsys) -> tuple[int, dict, str]:
    arguments = ["compare", notes, "-q", QUESTION, "--strategy", SMALL, "--strategy", f"{SMALL},budget.hits=1"]
    code = main([*arguments, "--answers", "--json", *model_options(server.base_url, model), *more])
    printed = capsys.readouterr()
    return code, json.loads(printed.out), printed.err


def test_answers_of_a_real_server_have_its_usage(notes, chat_server, capsys) -> None:
    before = chat_server.counted()
    code, found, _ = compared(
        notes, chat_server, chat_server.model, "--context-tokens", "2048", "--answer-tokens", "40", capsys=capsys
    )
    assert code == 0
    answers = [column["answer"] for column in found["columns"]]
    assert all(answer["text"] and answer["model"] == chat_server.model for answer in answers)
    assert {answer["mode"] for answer in answers} == {"compact"}
    spent = chat_server.counted()[1] - before[1]
    assert sum(answer["usage"]["completion_tokens"] for answer in answers) == spent > 0
    assert all(answer["usage"]["cost_usd"] is None for answer in answers)


def test_citations_are_spans_of_the_hits_they_name(notes, hostile, capsys) -> None:
    code, found, _ = compared(notes, hostile, "well", capsys=capsys)
    assert code == 0
    column = found["columns"][0]
    assert [citation["hit"] for citation in column["answer"]["citations"]] == [1, 2]
    for citation in column["answer"]["citations"]:
        hit = column["hits"][citation["hit"] - 1]
        assert hit["start"] <= citation["start"] < citation["end"] <= hit["end"]
    assert [sentence["supported"] for sentence in column["answer"]["sentences"]] == [False, False]
    usage = column["answer"]["usage"]
    assert usage.pop("prompt_tokens") > PROMPT_TOKENS  # the server counts all of the prompt
    assert usage == {"calls": 1, "completion_tokens": ANSWER_TOKENS, "cost_usd": None}


def test_a_failing_server_gives_exit_code_2_and_the_hits_stay(notes, hostile, capsys) -> None:
    code, found, said = compared(notes, hostile, "500", capsys=capsys)
    assert code == 2
    assert "answered with the error 500" in said
    assert all(column["answer"] is None and column["hits"] for column in found["columns"])
    assert all("error 500" in column["answer_error"] for column in found["columns"])


def test_without_a_model_answers_are_extractive_whatever_keys_there_are(notes, monkeypatch, capsys) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert main(["compare", notes, "-q", QUESTION, "--strategy", SMALL, "--answers", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)["columns"][0]["answer"]
    assert answer["model"] == "extractive"
    assert "usage" not in answer or answer["usage"] is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--model", "qwen"], "require --llm"),
        (["--llm", "openai-like", "--model", "qwen"], "no address"),
        (["--llm", "openai-like", "--base-url", "http://localhost:1/v1"], "No language model is named"),
        (["--llm", "openai", "--model", "gpt-4o-mini"], "key"),
        (["--llm", "ollama", "--model", "x"], "openai-like"),
    ],
)
def test_the_error_names_what_is_missing(notes, options, said, capsys) -> None:
    assert main(["compare", notes, "-q", QUESTION, "--strategy", SMALL, "--answers", *options]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert not printed.out


def test_options_override_the_settings_of_the_environments_model(notes, hostile, monkeypatch, capsys) -> None:
    named = {"": "openai-like", "_MODEL": "well", "_BASE_URL": hostile.base_url, "_TEMPERATURE": "0.3"}
    for end, value in named.items():
        monkeypatch.setenv(f"CHUNKSCOPE_LLM{end}", value)
    command = ["compare", notes, "-q", QUESTION, "--strategy", SMALL, "--answers", "--json"]
    for options in ([], ["--temperature", "0.7"], ["--answer-tokens", "77"]):
        assert main([*command, *options]) == 0
    bodies = [noted.body for noted in hostile.requests]
    assert [(body["temperature"], body["max_tokens"]) for body in bodies] == [(0.3, 512), (0.7, 512), (0.3, 77)]


def test_the_environment_is_ignored_if_the_options_name_a_model(notes, hostile, monkeypatch, capsys) -> None:
    monkeypatch.setenv("CHUNKSCOPE_LLM", "nonsense")
    code, found, _ = compared(notes, hostile, "well", capsys=capsys)
    assert code == 0
    assert all(column["answer"] for column in found["columns"])


def test_the_environments_model_is_read_only_if_one_is_required(notes, monkeypatch, capsys) -> None:
    monkeypatch.setenv("CHUNKSCOPE_LLM", "nonsense")
    command = ["compare", notes, "-q", QUESTION, "--strategy", SMALL]
    assert main(command) == 0
    assert main([*command, "--answers"]) == 2
    assert main([*command, "--strategy", METADATA]) == 2


def test_failed_metadata_gives_exit_code_2(notes, hostile, capsys) -> None:
    command = ["metadata", notes, "--strategy", METADATA, *model_options(hostile.base_url, "400")]
    assert main([*command, "--yes"]) == 2
    printed = capsys.readouterr()
    assert "texts failed; run the command again to retry them." in printed.err
    assert "chunk 1, summary: " in printed.err
    assert "0 of " in printed.out


def test_metadata_requires_confirmation_and_is_then_written_and_cached(notes, hostile, tmp_path, capsys) -> None:
    command = ["metadata", notes, "--strategy", METADATA, *model_options(hostile.base_url, "well")]
    compare = ["compare", notes, "-q", QUESTION, "--strategy", METADATA, *model_options(hostile.base_url, "well")]
    assert main(compare) == 2
    said = capsys.readouterr().err
    assert "would be called" in said
    assert "--yes" in said
    assert not hostile.requests
    assert main([*command, "--yes", "--json"]) == 0
    written = capsys.readouterr().out
    asked = len(hostile.requests)
    assert asked > 0
    assert all(entry["section_summary"] for entry in json.loads(written).values())
    assert main([*compare, "--json"]) == 0
    column = json.loads(capsys.readouterr().out)["columns"][0]
    assert column["counts"]["entries"] > column["counts"]["chunks"]
    assert len(hostile.requests) == asked, "what is written is not asked for again"
    path = tmp_path / "set.json"
    path.write_text(written)
    other = METADATA.replace("chunk_tokens=32", "chunk_tokens=64")
    assert main(["metadata", notes, "--strategy", other, "--import", str(path)]) == 2
    assert any(char.isdigit() for char in capsys.readouterr().err)
    assert main(["metadata", notes, "--strategy", METADATA, "--import", str(path)]) == 0
    assert "imported" in capsys.readouterr().out
