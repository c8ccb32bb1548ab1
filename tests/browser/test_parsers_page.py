"""The Parsers page: one page's text by two parsers with the picture, reports whose places can be gone to, audits."""

from __future__ import annotations

from pathlib import Path

import pytest
from app_window import App, Upload
from playwright.sync_api import Locator, expect

pytestmark = pytest.mark.browser

LAYER = (
    "Results\n\nIn Table 2 the model reaches 14.53 percent. We compare the responses of the safe demonstrations at "
    "length.\n"
)
READ = (
    "# Results\n\nIn Table 2 the model reaches 14.83 percent. We score the responses of the clean demonstrations at "
    "length.\n"
)


def open_page(app: App, **parameters: str) -> None:
    app.open(**parameters)
    app.page.get_by_test_id("stPageLink").get_by_text("Parsers", exact=True).click()
    expect(app.page.locator(".cs-parsed").first).to_be_visible()
    app.settle()


def figure(app: App, parser: int, label: str) -> Locator:
    return app.page.locator(f".st-key-steps{parser}").get_by_role("button", name=label)


def load_transcript(app: App, *files: Upload) -> None:
    app.page.locator(".st-key-head1").get_by_role("button", name="Settings").click()
    body = app.page.get_by_test_id("stPopoverBody")
    body.locator("input[type=file]").set_input_files([file.payload() for file in files])
    body.get_by_role("button", name=f"Use {len(files)} file").click()
    expect(app.page.locator(".cs-audit")).to_be_visible()
    app.page.keyboard.press("Escape")
    app.settle()


def test_two_parsers_stand_beside_the_picture_of_the_page(app: App) -> None:
    open_page(app)
    expect(app.page.locator(".cs-parsed-name")).to_have_text(["pdfium", "pypdf"])
    width = "async (picture) => (await picture.decode(), picture.naturalWidth)"
    assert app.page.locator(".cs-picture").evaluate(width) > 500
    figure(app, 1, "hyphens left in").click()
    expect(app.page.locator(".cs-pointed").filter(has_text="-")).to_be_visible()
    expect(app.page.locator('.cs-pm-citation[data-key="here"]')).to_be_attached()
    app.settle()
    assert app.address()["g"] != ["1"]
    expect(figure(app, 1, "hyphens left in")).to_contain_text("1 of")


def test_the_audit_of_a_transcript_says_what_differs(app: App) -> None:
    app.open(doc=f"{'0' * 16}-none.txt")
    app.upload(Upload("layer.txt", LAYER.encode()))
    app.page.get_by_test_id("stPageLink").get_by_text("Parsers", exact=True).click()
    expect(app.page.locator(".cs-parsed-name")).to_have_text(["text"])
    load_transcript(app, Upload("page_1.md", READ.encode()))
    rows = app.page.locator(".cs-audit tr[data-key]")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("14.83")
    expect(rows.nth(0)).to_contain_text("14.53")
    rows.nth(2).hover()
    expect(app.page.locator("span.cs-real.cs-on")).to_have_text(["safe", "clean"])
    figure(app, 1, "words replaced").click()
    expect(app.page.locator(".cs-pointed")).to_have_text("score")


def test_two_pages_of_a_paper_as_a_vision_model_read_them(app: App, shared_data: Path) -> None:
    vision = shared_data / "vision"
    app.open(doc=f"{'0' * 16}-none.txt")
    app.upload(Upload("layer.txt", (vision / "text_layer_pages_23_24.txt").read_bytes()))
    app.page.get_by_test_id("stPageLink").get_by_text("Parsers", exact=True).click()
    expect(app.page.locator(".cs-parsed").first).to_be_visible()
    app.settle()
    load_transcript(app, *(Upload(name, (vision / name).read_bytes()) for name in ("page_23.md", "page_24.md")))
    audit = app.page.locator(".cs-audit")
    for found in ("14.83", "14.53", "clean demonstrations", "score multiple model responses", "compare"):
        expect(audit).to_contain_text(found)
