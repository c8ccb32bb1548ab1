"""A vision model in a column: what it costs is said first, and nothing is sent before the click."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from app_window import App, Upload
from playwright.sync_api import expect

from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_server.chat_vision import pages_with_bars

pytestmark = pytest.mark.browser
SPECS = ("baseline:search.kind=bm25", "baseline:parser.kind=vision,search.kind=bm25")


@pytest.fixture(scope="module")
def seeing() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    yield server
    server.end()


def sent(server: OpenAIServer) -> int:
    """How many pictures were sent."""
    return sum(not isinstance(noted.body["messages"][0]["content"], str) for noted in server.requests)


def test_pages_are_read_by_a_vision_model_after_the_cost_is_seen(
    start_server: Callable[..., object], new_app: Callable[..., App], seeing: OpenAIServer
) -> None:
    served = start_server(
        CHUNKSCOPE_LLM="openai-like", CHUNKSCOPE_LLM_MODEL="sees", CHUNKSCOPE_LLM_BASE_URL=seeing.base_url
    )
    app = new_app(served)
    app.open(*SPECS, q="seen by a model", doc=f"{'0' * 16}-none.txt")
    app.upload(Upload("paper.pdf", pages_with_bars(3)))
    column = app.page.locator(".st-key-body1")
    expect(column).to_contain_text("No language model is chosen: choose one that sees images")
    app.page.get_by_role("button", name="Use it for answers").click()
    expect(column).to_contain_text("Pictures of 3 of 3 pages, 1,280 pixels wide, would be sent to sees at 127.0.0.1")
    app.settle()
    assert sent(seeing) == 0
    column.get_by_role("button", name="Read 3 pages").click()
    expect(app.hits(1).first).to_contain_text("Seen by a model")
    assert sent(seeing) == 3
