"""The two poolings side by side, and another embedding model chosen on the page."""

from __future__ import annotations

import pytest
from app_window import App
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
KEY = "sk-typed-in-a-browser-0123456789"
SERVER = "http://127.0.0.1:9/v1"  # nothing listens there


def test_late_and_per_chunk_pooling_stand_side_by_side(app: App) -> None:
    big = "baseline:chunker.chunk_tokens=4096"
    app.open(big, f"{big},search.pooling=per_chunk", q="How much overlap is enough?")
    app.expect_results(2)
    expect(app.figure(0, "truncated")).to_have_text("0 %")
    expect(app.figure(1, "truncated")).not_to_have_text("0 %")
    expect(app.column(0).locator(".cs-short")).to_contain_text("late")
    expect(app.column(1).locator(".cs-short")).to_contain_text("per chunk")


def test_a_server_that_is_not_there_is_one_message_and_the_key_is_nowhere_to_be_seen(app: App) -> None:
    app.open_notes()
    page = app.page
    page.get_by_role("button", name="Model: MiniLM").click()
    expect(page.locator(".cs-facts")).to_contain_text("late or per chunk")
    page.get_by_text("OpenAI or a compatible server").click()
    page.get_by_role("textbox", name="Address").fill(SERVER)
    page.get_by_role("textbox", name="API key").fill(KEY)
    page.get_by_role("button", name="Use this model").click()
    expect(page.get_by_text(f"Connecting to {SERVER} failed", exact=False)).to_be_visible()
    app.wait_for_address("model_url", SERVER)
    assert KEY not in page.url
    assert KEY not in page.locator(".stMain").inner_html()
    expect(page.get_by_role("button", name="Model: text-embedding-3-small")).to_be_visible()
    page.get_by_role("button", name="Back to MiniLM").click()
    app.expect_results(2)
    assert "model" not in app.address(page.url)
