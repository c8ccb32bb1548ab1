"""Trying a connection, and finding servers on this machine."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx  # noqa: F401  what the first search would wait for
import pytest

from rag_core.llms import connection
from rag_core.llms.base import ChatModel, LlmError
from rag_core.llms.discovery import LocalServer, find_local_servers
from rag_core.servers import loop
from tests.fakes.listing_server import ListingServer
from tests.fakes.openai_server import BEHAVIOURS, OpenAIServer
from tests.llms.asking import KEY, model_at, one_sentence


def tried(llm: ChatModel) -> str:
    return loop.run(connection.test_connection(llm))


def refused(llm: ChatModel) -> str:
    with pytest.raises(LlmError) as raised:
        tried(llm)
    return one_sentence(raised.value)


def test_a_working_connection_is_one_line(hostile: OpenAIServer) -> None:
    assert "it streams and reports token counts" in tried(model_at(hostile.base_url, "well"))
    assert "reports no token counts" in tried(model_at(hostile.base_url, "no-usage"))
    assert "does not stream" in tried(model_at(hostile.base_url, "at-once"))
    assert hostile.requests[0].body["max_tokens"] < 100


def test_an_unknown_model_names_the_available_ones(hostile: OpenAIServer) -> None:
    message = refused(model_at(hostile.base_url, "nobody-knows"))
    assert f"has no language model 'nobody-knows'. It has {', '.join(list(BEHAVIOURS)[:5])} and " in message
    assert message.endswith(f"and {len(BEHAVIOURS) - 5} more.")


def test_a_wrong_path_says_how_addresses_end(hostile: OpenAIServer) -> None:
    assert "usually ends in /v1" in refused(model_at(f"{hostile.base_url}/v2/chat", "well"))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("401", "rejected the API key"),
        ("html", "usually ends in /v1"),
        ("hang", "raise the timeout"),
        ("500", "otters"),
    ],
)
def test_failures_end_in_one_sentence(name: str, sentence: str, hostile: OpenAIServer) -> None:
    assert sentence in refused(model_at(hostile.base_url, name, timeout_s=0.3))


def test_the_models_are_asked_for_with_the_key(hostile: OpenAIServer) -> None:
    assert loop.run(model_at(hostile.base_url, "m").list_models()) == list(BEHAVIOURS)
    assert hostile.record.listing_keys == [KEY]


Serve = Callable[..., ListingServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server that lists models: `serve(listing)`."""
    with ExitStack() as servers:

        def start(answer: object, **options: object) -> ListingServer:
            answer = json.dumps(answer).encode() if isinstance(answer, dict) else answer
            server = ListingServer([answer] if isinstance(answer, bytes) else answer, **options)
            servers.callback(server.end)
            return server

        yield start


def url(server: ListingServer) -> str:
    return f"http://localhost:{server.port}/v1"


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
def test_a_list_of_models_is_read_with_care(answer: object, names: list[str], serve: Serve) -> None:
    assert loop.run(model_at(url(serve(answer)), "m").list_models()) == names


def test_an_endless_list_of_models_times_out(serve: Serve) -> None:
    server = serve([b'{"data": ['] + [b" "] * 10_000)
    llm = model_at(url(server), "m")
    llm.list_timeout_s = 0.4
    assert loop.run(llm.list_models()) == []
    assert not server.completed


def test_servers_are_found_with_their_chat_models(serve: Serve) -> None:
    one = serve(listing("qwen2.5:7b", "nomic-embed-text", "llama3"))
    two = serve(listing("m.gguf", owner="llamacpp"))
    three = serve(listing("nomic-embed-text"))
    assert find_local_servers({one.port: "Ollama", two.port: "vLLM", three.port: "Ollama"}) == [
        LocalServer("Ollama", url(one), ("qwen2.5:7b", "llama3")),
        LocalServer("llama.cpp", url(two), ("m.gguf",)),
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
def test_other_servers_are_not_offered(answer: bytes, serve: Serve) -> None:
    assert find_local_servers({serve(answer).port: "Ollama"}) == []


def test_a_model_that_is_listed_twice_is_offered_once(serve: Serve) -> None:
    """Some servers list a model for each of its names, or things that have no name."""
    entries = [{"id": "a", "owned_by": "vllm"}, {"id": "b"}, {"id": "a"}, {"id": ""}, {"id": None}, "a", {"name": "c"}]
    server = serve([json.dumps({"data": entries}).encode()])
    assert find_local_servers({server.port: "Ollama"}) == [LocalServer("vLLM", url(server), ("a", "b"))]
    assert loop.run(model_at(url(server), "m").list_models()) == ["a", "b"]


@pytest.mark.parametrize("status", [302, 404, 401, 500])
def test_a_server_that_refuses_or_redirects_is_not_offered(status: int, serve: Serve) -> None:
    assert find_local_servers({serve(listing("m"), status=status).port: "Ollama"}) == []


def test_a_slow_server_is_not_waited_for(serve: Serve) -> None:
    quick, late = serve(listing("m")), serve(listing("late"), late=True)
    assert [server.base_url for server in find_local_servers({quick.port: "Ollama", late.port: "Ollama"})] == [
        url(quick)
    ]
    assert not late.completed


def test_the_real_server_is_found_by_its_name(chat_server) -> None:
    port = int(chat_server.base_url.removesuffix("/v1").rpartition(":")[2])
    expected = LocalServer("llama.cpp", f"http://localhost:{port}/v1", (chat_server.model,))
    assert find_local_servers({port: "vLLM"}) == [expected]
