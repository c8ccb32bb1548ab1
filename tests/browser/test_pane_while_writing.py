"""The pane with the pages stays as it is, whatever happens on the page behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from app_window import SPECS, App
from conftest import Server
from playwright.sync_api import expect

from tests.fakes.openai_server.server import OpenAIServer

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chat_server() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    yield server
    server.end()


@pytest.fixture
def app(new_app: Callable[..., App], start_server: Callable[..., Server], chat_server: OpenAIServer) -> App:
    server = start_server(
        CHUNKSCOPE_LLM="openai-like", CHUNKSCOPE_LLM_MODEL="slow:8", CHUNKSCOPE_LLM_BASE_URL=chat_server.base_url
    )
    app = new_app(server)
    app.accepts_model = True
    return app


def test_the_pane_stays_while_answers_are_written_and_when_they_end(app: App) -> None:
    app.open(*SPECS, q="How much overlap is enough?")
    answers = app.page.locator("[class*=st-key-answer] .cs-generated")
    app.page.get_by_role("link", name="Show on the page").first.click()
    pane = app.page.get_by_role("region", name="On the page")
    expect(pane.get_by_role("img").first).to_be_visible()
    for _ in range(3):
        app.page.keyboard.press("n")
    app.page.wait_for_url(lambda url: "at" in app.address(url))
    app.settle()
    expect(answers).to_have_count(2)
    expect(pane.get_by_role("img").first).to_be_visible()
    app.page.keyboard.press("Escape")
    expect(pane).to_be_hidden()
    app.ask("And how little?")
    app.settle()
    expect(pane).to_be_hidden()
