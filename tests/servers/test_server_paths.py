"""Addresses as people copy them: with or without /v1, with the path of a request, and Azure's."""

from collections.abc import Iterator
from typing import Any

import pytest

from rag_core.embeddings.openai_api import OpenAIModel
from rag_core.errors import UserError
from rag_core.llms.choice import LlmChoice, checked_choice
from rag_core.llms.client import OpenAIChat
from rag_core.servers import loop
from rag_core.servers.addresses import Endpoint, checked_address
from rag_core.servers.credentials import is_same_server
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.path_server import PathServer

KEY = "sk-otters-Pq7Zx2Vw9Lm4Rt6Yb1Nc"


@pytest.fixture
def server() -> Iterator[PathServer]:
    server = PathServer()
    yield server
    server.end()


def embed(address: str, model: str = "m", key: str = KEY) -> None:
    OpenAIModel(model, base_url=address, key=key).load_info()


def chat(address: str, model: str = "well", key: str = KEY) -> str:
    choice = checked_choice(LlmChoice("openai-like", model, address, timeout_s=30))
    return loop.run(OpenAIChat(choice, key).complete("Hello"))[0]


PATHS = ["", "/", "/v1", "/v1/", "//v1//", "/v1/chat/completions", "/v1/embeddings/", "/v1/models", "/embeddings"]
PATHS += ["/chat/completions", "/api/chat", "/api/embed"]  # the last two are Ollama's own


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("base", ["/v1", ""], ids=["under v1", "without v1"])
def test_every_form_of_an_address_works(path: str, base: str, server: PathServer) -> None:
    server.base = base
    if base == "" and "/v1" in path:
        with pytest.raises(UserError, match=r"has nothing at http://.*/v1/embeddings"):
            embed(f"{server.root}{path}")
        return
    embed(f" {server.root}{path}\n")
    assert server.paths[-1] == f"{base}/embeddings"


@pytest.mark.parametrize("path", ["", "/v1", "/v1/chat/completions", "/chat/completions"])
def test_chat_models_are_found_by_the_same_forms(path: str, hostile: OpenAIServer) -> None:
    root = hostile.base_url.removesuffix("/v1")
    assert chat(f"{root}{path}").startswith("Otters")
    assert "well" in loop.run(OpenAIChat(LlmChoice("openai-like", "m", root), "").list_models())


def test_the_right_path_is_looked_for_once(server: PathServer) -> None:
    server.base = ""
    model = OpenAIModel("m", base_url=server.root)
    for _ in range(3):
        model.encode_passages(["otters"])
    assert server.paths == ["/v1/embeddings"] + ["/embeddings"] * 4


def test_a_gateway_with_a_path_of_its_own(server: PathServer) -> None:
    for base in ("/team/llm", "/team/llm/v1"):
        server.base = base
        embed(f"{server.root}/team/llm")
        assert server.paths[-1] == f"{base}/embeddings"


def test_an_unknown_model_is_not_taken_for_a_missing_path(server: PathServer) -> None:
    server.unknown = "nobody"
    with pytest.raises(UserError, match="has no embedding model 'nobody'") as raised:
        embed(server.root, "nobody")
    assert "The model `nobody` does not exist" in str(raised.value)


AZURE = "https://otters.openai.azure.com"


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        (f"{AZURE}/openai/deployments/d/chat/completions?api-version=2024-10-21", f"{AZURE}/openai/deployments/d"),
        (f"{AZURE}/openai/deployments/d/embeddings?api-version=2024-10-21", f"{AZURE}/openai/deployments/d"),
        (f"{AZURE}/?api-version=2024-10-21", f"{AZURE}/openai/deployments/my%20model"),
        (f"{AZURE}/openai?api-version=preview", f"{AZURE}/openai/v1"),
        (AZURE, f"{AZURE}/openai/v1"),
        (f"{AZURE}/openai/v1/", f"{AZURE}/openai/v1"),
        (
            "https://o.services.ai.azure.com/models?api-version=2024-05-01-preview",
            "https://o.services.ai.azure.com/models",
        ),
    ],
)
def test_addresses_of_azure(typed: str, base: str) -> None:
    address = checked_address(typed)
    assert checked_address(address) == address
    endpoint = Endpoint(address, "my model")
    assert endpoint.bases()[0] == base
    assert endpoint.key_headers("k") == {"api-key": "k"}
    assert list(endpoint.key_headers("eyJ0eXAi.eyJh.c2ln")) == ["Authorization"]


@pytest.mark.parametrize("ask", [embed, chat])
def test_an_api_version_goes_with_every_request_and_the_key_as_azure_takes_it(ask: Any, server: PathServer) -> None:
    server.base, server.query = "/openai/deployments/d", "api-version=2024-10-21"
    ask(f"{server.root}{server.base}?{server.query}")
    assert server.queries == [server.query] * len(server.queries)
    assert {headers["api-key"] for headers in server.headers} == {KEY}


def test_a_missing_api_version_is_named(server: PathServer) -> None:
    server.base, server.query = "/openai/deployments/d", "api-version=2024-10-21"
    with pytest.raises(UserError, match=r"add \?api-version="):
        embed(f"{server.root}{server.base}")


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("localhost:11434/v1", "does not begin with http:// or https://"),
        ("api.example.com", "does not begin with"),
        ("http:/localhost/v1", "does not begin with"),
        ("https://", "names no host"),
        (f"https://h/v1?key={KEY}", "nothing but api-version"),
        (f"https://h/v1?api-version=1&code={KEY}", "nothing but api-version"),
        (f"https://me:{KEY}@h/v1", "contains an @"),
        ("http://h/v 1", "spaces"),
        ("", "is empty"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_and_no_secret_repeated(typed: str, what: str) -> None:
    with pytest.raises(UserError, match="Write it like http://localhost:11434/v1") as raised:
        checked_address(typed)
    assert what in str(raised.value)
    assert KEY not in str(raised.value)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://h", "https://h/v1", True),
        ("https://h/v1/chat/completions", "https://h/", True),
        ("https://h/v1", "https://h:8443/v1", False),
        ("https://h/v1", "http://h/v1", False),
        ("https://h/a/v1", "https://h/b/v1", False),
    ],
)
def test_a_key_goes_to_every_form_of_its_servers_address_and_to_no_other(one: str, other: str, same: bool) -> None:
    assert is_same_server(one, other) is same
