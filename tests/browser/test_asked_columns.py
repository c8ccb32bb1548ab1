"""Columns that ask a language model for their hits, in a browser: what was asked, time, cost, and one that fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from app_window import QUESTION, App
from playwright.sync_api import expect

from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_server.chat_answers import PASSAGE

pytestmark = pytest.mark.browser
SMALL = "chunker.chunk_tokens=96"
SPECS = (
    f"baseline:{SMALL}",
    f"hyde:{SMALL}",
    f"baseline:{SMALL},query.kind=multi_query",
    f"baseline:{SMALL},rerank.kind=llm",
)


@pytest.fixture
def model() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    yield server
    server.end()


def test_what_was_asked_stands_in_its_column_and_an_error_only_in_its_own(
    new_app: Callable[..., App], start_server: Callable[..., object], model: OpenAIServer
) -> None:
    served = start_server(
        CHUNKSCOPE_LLM="openai-like", CHUNKSCOPE_LLM_MODEL="by-stage", CHUNKSCOPE_LLM_BASE_URL=model.base_url
    )
    app = new_app(served)
    app.ask_notes(*SPECS)
    needs = "query.kind=hyde asks a language model for each question, and none is chosen"
    body = app.page.locator
    expect(body(".st-key-body1 .cs-problem")).to_contain_text(needs)
    expect(app.hits(0).first).to_be_visible()
    assert model.requests == [], "nothing is sent before a model is chosen"

    app.page.get_by_role("button", name="Use it for answers").click()
    expect(body(".st-key-body1 .cs-queries")).to_contain_text(PASSAGE)
    expect(app.hits(1).first).to_contain_text("1871")
    expect(body(".st-key-body2 .cs-problem")).to_contain_text("answered with the error 500")
    expect(app.hits(2)).to_have_count(0)
    app.settle()
    asked = body(".st-key-body1 .cs-calls")
    expect(asked.locator("summary")).to_contain_text(
        re.compile(r"by-stage was asked for a hypothetical answer · 1 call · waited .* · cost unknown")
    )
    expect(asked.locator(".cs-said").first).to_be_hidden()
    asked.locator("summary").click()
    expect(asked.locator(".cs-said").first).to_contain_text(QUESTION)
    expect(asked.locator(".cs-said").last).to_have_text(PASSAGE)
    expect(app.hits(3).first.locator(".cs-stages")).to_contain_text("reranked 9")

    sent = sum("write a passage" in str(one.body) for one in model.requests)
    assert sent == 1
    app.page.locator(".st-key-again2").get_by_role("button", name="Try again").click()
    app.settle()
    expect(body(".st-key-body2 .cs-problem")).to_contain_text("answered with the error 500")
    assert sum("write a passage" in str(one.body) for one in model.requests) == sent
