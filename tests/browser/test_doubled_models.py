"""A server on this machine that lists one model twice: the page offers it once, and goes on working."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from app_window import App
from playwright.sync_api import Locator, Page, expect

from rag_core.llms.discovery import DEFAULT_PORTS
from tests.fakes.listing_server import ListingServer

pytestmark = pytest.mark.browser
MODELS = ("otter-7b", "heron-3b", "otter-7b", "otter-7b", "heron-3b")


@pytest.fixture(scope="module")
def doubled() -> Iterator[ListingServer]:
    """At one of the ports where the page looks for servers."""
    listing = json.dumps({"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]}).encode()
    server = None
    for port in DEFAULT_PORTS:
        try:
            server = ListingServer([listing], port=port)
            break
        except OSError:  # somebody's real server
            continue
    if server is None:
        pytest.skip("All ports at which the page looks for servers are in use.")
    yield server
    server.end()


def look_until(page: Page, offered: Locator) -> None:
    """Open the form until the server is found: on a busy machine the page's half second for it may be too short."""
    give_up = time.monotonic() + 120
    while not offered.count() and time.monotonic() < give_up:
        page.get_by_text("OpenAI", exact=True).click()
        page.get_by_text("Compatible server", exact=True).click()
        page.wait_for_timeout(3000)


def test_a_model_that_is_listed_twice_is_offered_once(doubled: ListingServer, app: App) -> None:
    app.open_notes()
    page = app.page
    page.get_by_role("button", name="Answers: extractive").click()
    offered = page.get_by_role("button", name="otter-7b")
    look_until(page, offered)
    expect(offered).to_have_count(1)
    expect(page.get_by_role("button", name="heron-3b")).to_have_count(1)
    expect(page.locator(".stException")).to_have_count(0)
    offered.click()
    expect(page.get_by_role("button", name="Answers: otter-7b")).to_be_visible()
    app.wait_for_address("llm_model", "otter-7b")
    # It has no chat model behind its list: each column says so, and keeps its hits.
    app.expect_results(2)
