"""A server's own words reach the user, whatever form it gives them, with what to change."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rag_core.embeddings.openai_api import OpenAIModel
from rag_core.llms.choice import LlmChoice
from rag_core.llms.client import OpenAIChat
from rag_core.servers import loop
from rag_core.servers.messages import error_code_in, message_of_text
from tests.embeddings.openai_api.failures import KEY, refused
from tests.fakes.embedding_server import Answer, EmbeddingServer, always, json_answer

LONG = "counterrevolutionaries-electroencephalographically"


def embed(address: str) -> None:
    model = OpenAIModel("my-model", base_url=address, key=KEY)
    model.load_info()


def chat(address: str) -> None:
    loop.run(OpenAIChat(LlmChoice("openai-like", "my-model", address, timeout_s=20), KEY).complete("Hello"))


@pytest.fixture(params=[embed, chat])
def ask(request: pytest.FixtureRequest) -> Callable[[str], None]:
    return request.param


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    server = EmbeddingServer()
    yield server
    server.close()


def page(status: int, text: str, kind: str = "text/html") -> Answer:
    return status, {"Content-Type": kind}, text.encode()


CASES: dict[str, tuple[Answer, list[str], list[str]]] = {
    # What the server sends; what the user reads; what the user must not read.
    "404 for a wrong path": (
        json_answer({"detail": "Not Found"}, 404),
        ["has nothing at", "Its message: Not Found", "usually ends in /v1"],
        ["has no embedding model", "has no language model"],
    ),
    "404 for a workspace": (
        json_answer({"error": {"message": "Workspace ws-7 was deleted on Tuesday"}}, 404),
        ["refused the request (404)", "Workspace ws-7 was deleted on Tuesday"],
        ["has no embedding model", "has no language model", "has nothing at", "/v1."],
    ),
    "404 for a deployment": (
        json_answer({"error": {"code": "DeploymentNotFound", "message": "The API deployment does not exist."}}, 404),
        ["'my-model'. Check the name", "The API deployment does not exist."],
        ["has nothing at"],
    ),
    "405 for a path": (
        json_answer({"detail": "Method Not Allowed"}, 405),
        ["has nothing at", "Its message: Method Not Allowed", "usually ends in /v1"],
        [],
    ),
    "403 for a region": (
        json_answer({"error": {"message": "Country, region, or territory not supported"}}, 403),
        ["refused the request (403)", "region, or territory not supported"],
        ["rejected the API key"],
    ),
    "403 for a project": (
        json_answer({"error": {"message": "Project proj_abcdefghijklmnopq may not use model my-model"}}, 403),
        ["Project proj_abcdefghijklmnopq may not use model my-model"],
        ["rejected the API key"],
    ),
    "401 with a reason": (
        json_answer({"error": {"message": "You must be a member of an organization"}}, 401),
        ["rejected the API key", "You must be a member of an organization"],
        [],
    ),
    "an error under 200": (
        json_answer({"error": {"message": f"Model {LONG} is asleep", "code": "x"}}),
        ["answered with an error", f"Model {LONG} is asleep"],
        ["protocol"],
    ),
    "a text as error under 200": (json_answer({"error": "out of memory"}), ["out of memory"], ["protocol"]),
    "vLLM's error under 200": (
        json_answer({"object": "error", "message": "the engine is dead", "type": "x", "code": 400}),
        ["the engine is dead"],
        ["protocol"],
    ),
    "an error under 200 beside an empty answer": (
        json_answer({"code": 20012, "message": "The otter is asleep", "data": None, "choices": None}),
        ["answered with an error", "Its message: The otter is asleep"],
        ["protocol", "empty answer"],
    ),
    "a status under 200": (
        json_answer({"base_resp": {"status_code": 1004, "status_msg": "no otter is logged in"}}),
        ["Its message: no otter is logged in"],
        ["protocol", "empty answer"],
    ),
    "names in capitals": (json_answer({"Fault": {"ErrorMessage": "bad otter"}}, 400), ["Its message: bad otter"], []),
    "unknown names": (
        json_answer({"why": {"code": "X", "en": "the otter sleeps"}}, 400),
        ['Its message: {"why": {"code": "X", "en": "the otter sleeps"}}'],
        ["Try again later"],
    ),
    "429 under 200": (json_answer({"error": {"message": "slow down", "code": 429}}), ["rate limit", "slow down"], []),
    "FastAPI's list": (
        json_answer(
            {
                "detail": [
                    {"loc": ["body", "model"], "msg": "str type expected", "type": "type_error"},
                    {"loc": ["body", "input", 0], "msg": "none is not an allowed value", "type": "type_error"},
                ]
            },
            422,
        ),
        ["body.model: str type expected; body.input.0: none is not an allowed value"],
        ["Try again later"],
    ),
    "markup": (
        json_answer({"error": {"message": "<|endoftext|> is no <b>word</b> & a < b"}}, 400),
        ["Its message: <|endoftext|> is no <b>word</b> & a < b"],
        [],
    ),
    "plain text": (page(400, "<eos> in the prompt", "text/plain"), ["Its message: <eos> in the prompt"], []),
    "a page": (
        page(502, "<html><title>502 Bad Gateway</title><style>p{}</style><body><p>nginx</p></body></html>"),
        ["error 502", "Its message: 502 Bad Gateway nginx"],
        ["p{}", "<p>"],
    ),
    "a gateway's words and those behind it": (
        json_answer(
            {"error": {"message": "Provider returned error", "metadata": {"raw": '{"error": "bad otter"}'}}},
            400,
        ),
        ["Provider returned error: bad otter"],
        [],
    ),
    "long words": (json_answer({"message": f"{LONG} is unknown"}, 400), [f"{LONG} is unknown"], ["…"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", CASES)
def test_the_servers_words_reach_the_user(
    kind: str, ask: Callable[[str], None], server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OpenAIModel, "max_tries", 1)
    answer, wanted, unwanted = CASES[kind]
    server.answer = always(answer)
    message = refused(lambda: ask(server.address))
    for text in wanted:
        assert text in message
    for text in unwanted:
        assert text not in message


@pytest.mark.parametrize(
    "value", [{"data": [], "error": None}, {"choices": [], "message": "hi"}, {"object": "list"}, []]
)
def test_what_is_no_error_keeps_its_status(value: Any) -> None:
    assert error_code_in(json.dumps(value).encode()) is None


@pytest.mark.parametrize("text", ["", "{}", "null", "[]", "[[[[[[[[[[[[]]]]]]]]]]]]", "{" * 5000, "[" * 100_000])
def test_a_body_without_words_has_no_message(text: str) -> None:
    assert message_of_text(text) in ("", text)
