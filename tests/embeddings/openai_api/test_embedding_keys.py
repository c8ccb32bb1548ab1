"""API keys and addresses: a key goes to its own server only, and into no message, log, cache or result."""

from pathlib import Path

import pytest

from rag_core import compare, preset
from rag_core.cache import ArrayCache
from rag_core.cli.main import main
from rag_core.documents.document import Document
from rag_core.embeddings.choice import ModelChoice, vectors_of
from rag_core.embeddings.openai_api import OpenAIModel
from rag_core.embeddings.vectors import Vectors
from rag_core.exports import llama_index_program
from rag_core.exports.llama_index.models import model_code
from rag_core.servers.credentials import api_key_for
from rag_core.strategy import preset_names
from tests.embeddings.openai_api.failures import FAILURES, KEY, QUESTION, TEXT, refused
from tests.fakes.embedding_server import EmbeddingServer, error_answer
from tests.fakes.scripted import Scripted
from tests.presets import WITHOUT_LLM


@pytest.mark.parametrize("key", ["hunter2", "eyJhbGciOi.eyJzdWIiOiIx.SflKxwRJSM", "a+b/c=d==", "otters"])
@pytest.mark.parametrize("status", [400, 401, 403, 429, 500])
def test_a_key_of_any_kind_is_not_repeated_after_the_server(key: str, status: int, server: EmbeddingServer) -> None:
    server.answer = error_answer(status, f"Your key is {key}, {key}!")
    refused(OpenAIModel("m", base_url=server.address, key=key).load_info, key=key)
    assert server.keys == [key]


def test_text_that_looks_like_a_key_is_not_repeated_either(server: EmbeddingServer) -> None:
    server.answer = error_answer(400, "Organization key sk-proj-1234567890abcdefghij is locked\nsince " + "long " * 200)
    message = refused(OpenAIModel("m", base_url=server.address, key=KEY).load_info)
    assert "Its message: Organization key … is locked since long" in message
    assert "1234567890" not in message


def test_the_key_is_in_nothing_that_a_comparison_gives(
    server: EmbeddingServer, document: Document, nothing_written: Path
) -> None:
    model = OpenAIModel("m", base_url=server.address, key=KEY)
    vectors = Vectors(model, ArrayCache(nothing_written, 10**9))
    comparison = compare([document], QUESTION, list(map(preset, WITHOUT_LLM)), answers=True, vectors=vectors)
    asking = compare([document], QUESTION, [preset("hyde")], answers=True, vectors=vectors, llm=Scripted())
    assert asking.columns[0].hits
    strategies = [preset(name) for name in preset_names()]
    exported = [
        comparison.model_dump_json(),
        asking.model_dump_json(),
        *map(llama_index_program, strategies),
        *map(str, strategies),
    ]
    exported += [repr(model_code(model)), repr(model), str(model), model.name, model.spec, repr(model.info)]
    exported += [repr(vectors), str(ModelChoice("openai:m", server.address))]
    for text in exported:
        assert KEY not in text
    assert "OPENAI_API_KEY" in model_code(model).lines


@pytest.mark.parametrize("key", ["ключ", "sk-ab\ncd", "sk ab", "sk-\x7f", "“sk-ab”"])
def test_an_invalid_key_is_reported_before_it_is_sent(key: str, server: EmbeddingServer, nothing_written: Path) -> None:
    message = refused(lambda: vectors_of(ModelChoice("openai:m", server.address), key), key=key)
    assert "Copy it again" in message
    assert server.asked == []


def test_white_space_around_a_key_is_not_sent(server: EmbeddingServer) -> None:
    OpenAIModel("m", base_url=f" {server.address}/ ", key=f" {KEY}\n").load_info()
    assert server.keys == [KEY]


@pytest.mark.parametrize(
    "address",
    [
        "localhost:11434/v1",
        "ftp://localhost/v1",
        "http://",
        "http://[::1/v1",
        "http://localhost:port/v1",
        "http://localhost:99999/v1",
        "http://local host/v1",
        "http://localhost/v1\n/x",
        f"http://me:{KEY}@localhost/v1",
        f"http://localhost/v1?api_key={KEY}",
        f"http://localhost/v1#{KEY}",
        "otters",
    ],
)
def test_an_invalid_address_ends_in_one_sentence_without_the_password(address: str, nothing_written: Path) -> None:
    message = refused(lambda: vectors_of(ModelChoice("openai:m", address), "x"))
    assert "http://localhost:11434/v1" in message


def test_the_environments_key_goes_to_the_environments_server_only(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    elsewhere = server.address
    assert api_key_for(elsewhere) == ""
    vectors_of(ModelChoice("openai:m", elsewhere), api_key_for(elsewhere)).model.load_info()
    assert server.keys
    assert KEY not in server.keys
    assert (
        api_key_for("") == api_key_for("https://api.openai.com/v1") == api_key_for("https://api.openai.com/v1/") == KEY
    )
    assert api_key_for("https://api.openai.com") == KEY
    for lookalike in ("https://api.openai.com.example/v1", "http://api.openai.com/v1", "https://api.openai.com:8443"):
        assert api_key_for(lookalike) == ""
    for name in ("OPENAI_API_BASE", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, f"{server.address}/")
        assert api_key_for("") == api_key_for(server.address) == KEY
        assert api_key_for("https://api.openai.com/v1") == ""
        server.keys.clear()
        vectors_of(ModelChoice("openai:m", query_prefix=name), api_key_for("")).model.load_info()
        assert server.keys == [KEY]


def test_a_missing_key_is_reported(server: EmbeddingServer) -> None:
    server.answer = FAILURES["401"][0]
    assert "requires an API key" in refused(OpenAIModel("m", base_url=server.address).load_info)


@pytest.mark.parametrize("model", ["text-embedding-3-small", "text-embedding-3-large", "ada-002", "openai:any"])
def test_openai_itself_is_not_asked_without_a_key(model: str) -> None:
    assert "set OPENAI_API_KEY" in refused(lambda: vectors_of(ModelChoice(model)).model.load_info())


def test_the_environments_secrets_go_to_its_own_server_only(
    server: EmbeddingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "note.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", "an-organization")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"X-Gateway: {KEY}")
    command = ["compare", str(tmp_path / "note.txt"), "-q", QUESTION, "--embedding-model", "openai:m"]
    assert main([*command, "--embedding-base-url", server.address]) == 0
    assert capsys.readouterr().out
    assert server.asked
    assert KEY not in str(server.keys) + str(server.headers)
    assert "an-organization" not in str(server.headers)


def test_the_command_line_ends_in_one_sentence_without_the_key(
    server: EmbeddingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "note.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.address)
    command = ["compare", str(tmp_path / "note.txt"), "-q", QUESTION, "--embedding-model", "openai:m"]
    command += ["--embedding-base-url", server.address]
    for kind in ("401", "500", "HTML", "NaN"):
        server.answer = FAILURES[kind][0]
        assert main(command) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert FAILURES[kind][1] in captured.err.strip().splitlines()[-1]
        assert "Traceback" not in captured.err
        assert KEY not in captured.err
    assert set(server.keys) == {KEY}
