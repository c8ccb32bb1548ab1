"""A page that is open when the server is started again: any click keeps the view and asks for the files again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from app_window import QUESTION, App, Upload
from conftest import Server
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
TIDES = Upload(
    "tides.txt", b"A tide mill grinds when the sea has fallen below the pond. The last keeper left it in 1911."
)
CLICKS: dict[str, Callable[[App], None]] = {
    "a slider": lambda app: app.column(0).get_by_role("slider").first.press("ArrowRight"),
    "another column": lambda app: app.page.get_by_role("button", name="Column", exact=True).click(),
    "a column removed": lambda app: app.page.get_by_role("button", name="Remove this column").first.click(),
    "a budget": lambda app: app.page.get_by_text("Equal k").click(),
    "a document put away": lambda app: app.chosen.get_by_role("button", name="Remove tides.txt").click(),
}


@pytest.fixture(scope="module")
def restarted(start_server: Callable[..., Server]) -> Iterator[Server]:
    return start_server()


def restart(app: App, server: Server) -> None:
    """The server is gone and comes back; the window is not reloaded."""
    server.kill()
    compare = app.page.get_by_role("button", name="Compare", exact=True)
    expect(compare).to_be_disabled()
    server.start()
    expect(compare).to_be_enabled()


def open_two_files(app: App) -> dict[str, list[str]]:
    """The notes and the tides, asked about in columns that are not those of the start; returns the view."""
    app.open_notes(k="2")
    app.upload(TIDES)
    app.page.get_by_role("button", name="Remove this column").first.click()
    expect(app.page.locator("[class*=st-key-body]")).to_have_count(1)
    app.page.get_by_role("button", name="Column", exact=True).click()
    app.expect_results(2)
    return app.address()


def expect_asked_for(app: App, *names: str) -> None:
    expect(app.message).to_have_count(len(names))
    for name in names:
        expect(app.message.filter(has_text=name)).to_contain_text("Add the same file again to restore the view.")


@pytest.mark.parametrize("click", CLICKS)
def test_any_click_keeps_the_view_and_asks_for_the_files(new_app, restarted: Server, click: str) -> None:
    app = new_app(restarted)
    view = open_two_files(app)
    restart(app, restarted)
    CLICKS[click](app)
    expect(app.message.first).to_be_visible()
    app.settle()
    now = app.address()
    assert now["q"] == view["q"] == [QUESTION]
    assert set(now["doc"]) <= set(view["doc"])
    expect_asked_for(app, *(key[17:] for key in now["doc"]))
