"""The address is the view: it opens anywhere, goes back, and survives being wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from app_window import NOTES, QUESTION, SPECS, App, Upload, notes
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def key_of(upload: Upload) -> str:
    return f"{hashlib.sha256(b'text' + bytes(1) + upload.content).hexdigest()[:16]}-{upload.name}"


def test_the_address_of_a_changed_view_opens_the_same_view_elsewhere(
    new_app: Callable[..., App], app: App, server: object
) -> None:
    app.open_notes()
    slider = app.column(0).get_by_role("slider", name="Chunk size")
    slider.focus()
    slider.press("ArrowLeft")
    app.wait_for_address("s", "baseline:chunker.chunk_tokens=64", SPECS[1])
    app.page.get_by_role("radio", name="Equal k").click(force=True)
    app.wait_for_address("k", "3")
    app.settle()
    other = new_app(server)
    other.page.goto(app.page.url)
    other.expect_results(2)
    assert other.texts() == app.texts()
    assert other.page.locator(".cs-title").all_inner_texts() == app.page.locator(".cs-title").all_inner_texts()
    expect(other.question).to_have_value(QUESTION)
    expect(other.chosen).to_have_text(["notes.txt"])
    expect(other.page.get_by_role("slider", name="Chunks per column")).to_be_visible()
    assert other.address() == app.address()


def test_an_upload_that_the_server_does_not_know_is_asked_for_and_brings_the_view_back(app: App) -> None:
    upload = Upload("lost.txt", (NOTES + "\nNobody has opened this one before.\n").encode())
    app.open(*SPECS, doc=key_of(upload), q=QUESTION, n="200")
    expect(app.message).to_contain_text("This view shows lost.txt")
    expect(app.message).to_contain_text("Add the same file again")
    app.upload(Upload("renamed.txt", upload.content), until=app.hits(0).first)
    app.expect_results(2)
    expect(app.message).to_have_count(0)
    assert app.address()["s"] == list(SPECS)
    assert app.address()["n"] == ["200"]
    assert app.address()["q"] == [QUESTION]


@pytest.mark.parametrize("specs", [("nonsense",), ("@/etc/passwd",), ("baseline:chunker.chunk_tokens=banana",), ("",)])
def test_a_broken_strategy_is_named_and_the_usual_columns_come(app: App, specs: tuple[str, ...]) -> None:
    app.open(*specs, k="abc", tok="klingon")
    for named in (specs[0].lstrip("@").rpartition("=")[2] or "no strategy", "k=abc", "klingon"):
        expect(
            app.message.filter(has_text="Part of the link could not be used:").filter(has_text=named)
        ).to_be_visible()
    expect(app.page.locator(".cs-title")).to_have_count(4)
    expect(app.page.get_by_role("radio", name="As preset")).to_be_checked()


def test_back_and_forward_bring_views_back(app: App) -> None:
    app.open_notes()
    app.ask("How does a glacier flow?")
    expect(app.hits(0).first).to_contain_text("glacier")
    app.page.get_by_role("button", name="Column", exact=True).click()
    app.expect_results(3)
    app.wait_for_address("s", *SPECS, "metadata_references")
    app.page.go_back()
    app.expect_results(2)
    expect(app.question).to_have_value("How does a glacier flow?")
    app.page.go_back()
    expect(app.question).to_have_value(QUESTION)
    expect(app.hits(0).first).to_contain_text("keeper")
    app.page.go_forward()
    expect(app.question).to_have_value("How does a glacier flow?")
    expect(app.hits(0).first).to_contain_text("glacier")


def test_reloading_keeps_the_view(app: App) -> None:
    app.open_notes(upload=notes("reload.txt"))
    before = app.texts()
    app.page.reload()
    app.expect_results(2)
    assert app.texts() == before
