"""Trying a connection, and finding servers on this machine."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx  # noqa: F401  what the first search would wait for
import pytest

from rag_core.llms import client, connection, discovery, loop
from rag_core.llms.base import ChatModel, LlmError
from rag_core.llms.discovery import LocalServer, find_local_servers
from tests.fakes.hostile_models import MODELS
from tests.fakes.hostile_server import HostileServer
from tests.llms.asking import KEY, model_at, one_sentence


def tried(llm: ChatModel) -> str:
    return loop.run(connection.test_connection(llm))


def refused(llm: ChatModel) -> str:
    with pytest.raises(LlmError) as raised:
        tried(llm)
    return one_sentence(raised.value)


def test_what_works_is_one_line(hostile: HostileServer) -> None:
    assert "it streams and counts its tokens" in tried(model_at(hostile.base_url, "well"))
    assert "does not say how many tokens" in tried(model_at(hostile.base_url, "no-usage"))
    assert "answers in one piece" in tried(model_at(hostile.base_url, "at-once"))
    assert hostile.requests[0].body["max_tokens"] < 100


def test_a_model_that_is_not_there_names_those_that_are(hostile: HostileServer) -> None:
    message = refused(model_at(hostile.base_url, "nobody-knows"))
    assert f"has no language model 'nobody-knows'. It has {', '.join(list(MODELS)[:5])} and " in message
    assert message.endswith(f"and {len(MODELS) - 5} more.")


def test_a_wrong_path_says_how_addresses_end(hostile: HostileServer) -> None:
    assert "usually ends in /v1" in refused(model_at(hostile.base_url.removesuffix("/v1"), "well"))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("401", "refused the key"), ("html", "usually ends in /v1"), ("hang", "raise the timeout"), ("500", "otters")],
)
def test_what_is_wrong_is_one_sentence(name: str, sentence: str, hostile: HostileServer) -> None:
    assert sentence in refused(model_at(hostile.base_url, name, timeout_s=0.3))


def test_the_models_are_asked_for_with_the_key(hostile: HostileServer) -> None:
    assert loop.run(model_at(hostile.base_url, "m").list_models()) == list(MODELS)
    assert hostile.record.listing_keys == [KEY]


class _Listing(BaseHTTPRequestHandler):
    """Answers a request for models with the server's `listing`, after its `latency_s`; a list comes piece by piece."""

    def do_GET(self) -> None:
        time.sleep(self.server.latency_s)  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("Location", "http://127.0.0.1:9/v1/models")
        self.end_headers()
        pieces = self.server.listing  # type: ignore[attr-defined]
        with suppress(ConnectionError):
            for piece in pieces if isinstance(pieces, list) else [pieces]:
                self.wfile.write(piece)
                time.sleep(0.1 if isinstance(pieces, list) else 0)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Starts a server at a usual port; the others of this machine are not looked at."""
    servers = []
    monkeypatch.setattr(discovery, "_PORTS", {})

    def start(listing: object, name: str = "Ollama", status: int = 200, latency_s: float = 0.0) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Listing)
        server.daemon_threads = True
        server.listing = listing if isinstance(listing, bytes | list) else json.dumps(listing).encode()
        server.status, server.latency_s = status, latency_s
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        discovery._PORTS[server.server_address[1]] = name
        return f"http://localhost:{server.server_address[1]}/v1"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def listing(*names: str, owner: str = "somebody") -> dict[str, object]:
    return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": owner} for name in names]}


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        (listing("m", f"a-{KEY}-z"), ["m", "a-…-z"]),
        (listing("m" * 100_000), ["m" * 100]),
        (b" " * 5_000_000 + b'{"data": [{"id": "m"}]}', []),
    ],
    ids=["key", "long name", "long list"],
)
def test_a_list_of_models_is_read_with_care(answer: object, names: list[str], serve) -> None:
    assert loop.run(model_at(serve(answer), "m").list_models()) == names


def test_a_list_of_models_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch, serve) -> None:
    monkeypatch.setattr(client, "_LIST_TIMEOUT_S", 0.4)
    address = serve([b'{"data": ['] + [b" "] * 100)
    started = time.monotonic()
    assert loop.run(model_at(address, "m").list_models()) == []
    assert time.monotonic() - started < 5  # its 100 pieces take 10


def test_servers_are_found_with_their_chat_models(serve) -> None:
    one = serve(listing("qwen2.5:7b", "nomic-embed-text", "llama3"))
    two = serve(listing("m.gguf", owner="llamacpp"), "vLLM")
    serve(listing("nomic-embed-text"))
    assert find_local_servers() == [
        LocalServer("Ollama", one, ("qwen2.5:7b", "llama3")),
        LocalServer("llama.cpp", two, ("m.gguf",)),
    ]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"{",
        b"null",
        b"[1]",
        b'{"data": null}',
        b'{"data": [{}]}',
        b"\xff\xfe",
        b" " * 5_000_000 + b"[]",
    ],
    ids=range(9),
)
def test_what_is_no_such_server_is_not_offered(answer: bytes, serve) -> None:
    serve(answer)
    assert find_local_servers() == []


@pytest.mark.parametrize("status", [302, 404, 401, 500])
def test_nor_is_one_that_refuses_or_points_elsewhere(status: int, serve) -> None:
    serve(listing("m"), status=status)
    assert find_local_servers() == []


def test_nobody_is_waited_for_long(serve, hostile: HostileServer) -> None:
    quick = serve(listing("m"))
    serve(listing("late"), latency_s=3)
    started = time.monotonic()
    assert [server.base_url for server in find_local_servers()] == [quick]
    assert time.monotonic() - started < 1.5  # half a second, on a machine with other work


def test_the_real_server_is_found_by_its_name(chat_server, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(chat_server.base_url.removesuffix("/v1").rpartition(":")[2])
    monkeypatch.setattr(discovery, "_PORTS", {port: "vLLM"})
    assert find_local_servers() == [LocalServer("llama.cpp", f"http://localhost:{port}/v1", (chat_server.model,))]
