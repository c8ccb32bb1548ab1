"""A page that is open when the server is started again: any click keeps the view and asks for the files again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from app_window import App, Upload, notes
from conftest import Server
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
TIDES = Upload(
    "tides.txt", b"A tide mill grinds when the sea has fallen below the pond. The last keeper left it in 1911."
)


def ask(app: App) -> None:
    app.question.fill("When did the tide mill stop?")
    app.question.press("Enter")


# What is clicked, and what of the address it changes.
CLICKS: dict[str, tuple[Callable[[App], None], str, Callable[[list[str]], list[str]]]] = {
    "a question": (ask, "q", lambda _: ["When did the tide mill stop?"]),
    "another column": (
        lambda app: app.page.get_by_role("button", name="Column", exact=True).click(),
        "s",
        lambda specs: [*specs, "metadata_references"],
    ),
    "a column removed": (
        lambda app: app.page.get_by_role("button", name="Remove this column").first.click(),
        "s",
        lambda specs: specs[1:],
    ),
    "a budget": (lambda app: app.page.get_by_text("As preset", exact=True).click(), "k", lambda _: []),
    "a document put away": (
        lambda app: app.chosen.get_by_role("button", name="Remove tides.txt").click(),
        "doc",
        lambda keys: keys[:1],
    ),
    "a slider": (
        lambda app: app.column(0).get_by_role("slider").first.press("ArrowRight"),
        "s",
        lambda specs: [specs[0].replace("chunk_tokens=96", "chunk_tokens=128"), *specs[1:]],
    ),
}


@pytest.fixture(scope="module")
def restarted(start_server: Callable[..., Server]) -> Iterator[Server]:
    return start_server()


def restart(app: App, server: Server) -> None:
    """The server is gone and comes back; the window is not reloaded."""
    documents = app.page.get_by_role("combobox", name="Documents")
    server.kill()
    expect(documents).to_be_disabled()
    server.start()
    expect(documents).to_be_enabled()


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
    """In one box, whatever their number; the view ends with at most two."""
    expect(app.message).to_have_count(1)
    are, files = ("is", "file") if len(names) == 1 else ("are", "files")
    expect(app.message).to_contain_text(f"This view shows {' and '.join(names)}, which {are} no longer open.")
    expect(app.message).to_contain_text(f"Add the same {files} again to restore the view.")


@pytest.mark.parametrize("click", CLICKS)
def test_any_click_keeps_the_view_and_itself_and_the_files_are_asked_for(
    new_app, restarted: Server, click: str
) -> None:
    app = new_app(restarted)
    view = open_two_files(app)
    restart(app, restarted)
    act, name, changed = CLICKS[click]
    act(app)
    app.wait_for_address(name, *changed(view.get(name, [])))
    app.settle()
    assert {key: value for key, value in app.address().items() if key != name} == {
        key: value for key, value in view.items() if key != name
    }
    expect_asked_for(app, *(key[17:] for key in app.address()["doc"]))


def test_the_same_files_restore_the_view_one_after_the_other(new_app, restarted: Server) -> None:
    app = new_app(restarted)
    view = open_two_files(app)
    before = [app.hits(column).locator(".cs-text").first.inner_text() for column in range(2)]
    restart(app, restarted)
    app.upload(TIDES, until=app.message.filter(has_text="shows notes.txt, which"))
    expect_asked_for(app, "notes.txt")
    app.settle()
    app.upload(notes(), until=app.hits(1).nth(1))
    app.expect_results(2)
    expect(app.message).to_have_count(0)
    assert app.address() == view
    assert [app.hits(column).locator(".cs-text").first.inner_text() for column in range(2)] == before


def test_the_chunks_page_asks_for_the_file_too(new_app, restarted: Server) -> None:
    app = new_app(restarted)
    app.open_notes()
    app.page.get_by_role("link", name="Chunks").click()
    expect(app.page.locator(".st-key-text")).to_contain_text("Skerry Rock")
    view = app.address()
    restart(app, restarted)
    app.page.locator(".st-key-lane0").get_by_role("slider").first.press("ArrowRight")
    expect_asked_for(app, "notes.txt")
    app.settle()
    specs = [
        spec.replace("chunk_tokens=96", "chunk_tokens=128") if i == 0 else spec for i, spec in enumerate(view["s"])
    ]
    app.wait_for_address("s", *specs)
    app.upload(notes(), until=app.page.locator(".st-key-text").get_by_text("Skerry Rock").first)
    expect(app.message).to_have_count(0)
