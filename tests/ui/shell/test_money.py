"""Nothing is sent to a model before the person of this session has chosen it: neither by a link nor by a setting."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from rag_core.llms.choice import LlmChoice
from rag_core.ui.shell import address
from tests.fakes.openai_server import OpenAIServer
from tests.paths import ROOT

QUESTION = "What is a chunk?"
BASELINE = "baseline:chunker.chunk_tokens=512"


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    yield server
    server.end()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, server: OpenAIServer) -> LlmChoice:
    """The model that the environment names, with a timeout of its own."""
    choice = LlmChoice("openai-like", "well", server.base_url, timeout_s=7.0)
    for name, value in {"": choice.provider, "_MODEL": choice.model, "_BASE_URL": choice.base_url}.items():
        monkeypatch.setenv(f"CHUNKSCOPE_LLM{name}", value)
    monkeypatch.setenv("CHUNKSCOPE_LLM_TIMEOUT_S", "7")
    return choice


def opened(**parameters: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
    for name, value in {"s": BASELINE, "q": QUESTION, **parameters}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def link_to(server: OpenAIServer, **more: str) -> dict[str, str]:
    return {"llm": "openai-like", "llm_model": "well", "llm_url": server.base_url, **more}


def choice(app: AppTest) -> LlmChoice | None:
    found: LlmChoice | None = app.session_state["session"].llm.choice
    return found


def offers(app: AppTest) -> list[str]:
    return [info.value.replace("\\", "") for info in app.info if "would be sent" in info.value]


def no_link(server: OpenAIServer) -> dict[str, str]:
    return {}


LINKS: dict[str, Callable[[OpenAIServer], dict[str, str]]] = {
    "no link": no_link,
    "a link to the environment's model": link_to,
    "the same with its numbers": lambda server: link_to(server, llm_answer="512", llm_temperature="0.1"),
    "a link to another model of that server": lambda server: link_to(server, llm_model="other"),
}


@pytest.mark.parametrize("which", LINKS)
def test_the_environments_model_is_offered_and_not_asked(
    which: str, server: OpenAIServer, environment: LlmChoice
) -> None:
    app = opened(**LINKS[which](server))
    assert (server.requests, choice(app)) == ([], None)
    (offer,) = offers(app)
    model = "other" if "another" in which else "well"
    assert f"{model} of {server.base_url}" in offer
    assert "up to 512 tokens" in offer
    app.run()
    assert server.requests == []


def test_a_click_chooses_it_for_this_session_alone(server: OpenAIServer, environment: LlmChoice) -> None:
    app = opened(**link_to(server))
    app.button(key="use_linked_llm").click().run()
    assert choice(app) == environment, "with the environment's timeout, which no link has"
    assert offers(app) == []
    asked = len(server.requests)
    assert asked > 0
    again = opened(**{name: values[0] for name, values in app.query_params.items()})
    assert choice(again) is None, "a reload of the page, or a second tab, asks again"
    assert len(offers(again)) == 1
    assert len(server.requests) == asked


def test_no_is_an_answer(server: OpenAIServer, environment: LlmChoice) -> None:
    app = opened(**link_to(server))
    app.button(key="refuse_linked_llm").click().run()
    assert (offers(app), choice(app), server.requests) == ([], None, [])
    assert "llm" not in app.query_params


def test_back_to_a_view_of_another_model_changes_no_choice(
    server: OpenAIServer, environment: LlmChoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened()
    app.button(key="use_linked_llm").click().run()
    monkeypatch.setattr(address, "_is_from_history", lambda: True)
    for name, value in {"llm_model": "other", "q": "What is a span?"}.items():
        app.query_params[name] = value
    app.run()
    assert choice(app) == environment
    assert [noted.body["model"] for noted in server.requests if "other" in str(noted.body.get("model"))] == []
    assert "other" in offers(app)[0]


def test_an_embedding_model_of_a_server_is_offered_and_not_asked(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-environment-Pq7Zx2Vw9Lm4Rt6Yb1Nc")
    for parameters in ({"model": "openai:small"}, {"model": "openai:small", "model_url": server.base_url}):
        app = opened(**parameters)
        assert server.requests == []
        assert f"of the server {server.base_url}" in offers(app)[0]


def test_an_invalid_setting_is_said_and_offers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUNKSCOPE_LLM", "openai")
    app = opened()
    assert (offers(app), choice(app)) == ([], None)
    assert any("CHUNKSCOPE_LLM" in warning.value.replace("\\", "") for warning in app.warning)
