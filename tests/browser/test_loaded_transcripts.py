"""Transcripts that a person has: loaded beside a text layer, searched, and compared with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from app_window import App, Upload
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
LAYER = (
    "In the autumn of 1871 thelampwas lit with 14.53 litres of rapeseed oil, and the keepers wrote down each hour of "
    "its burning in a book that is kept in the museum of the harbour."
)
PAGES = {
    "page_23.md": "## The lamp\n\nIn the autumn of 1871 the lamp was lit with 14.83 litres of rapeseed oil,",
    "page_24.md": "Sure! Here's the extracted content in markdown format:\n\n```markdown\nand the keepers wrote down "
    "each hour of its burning in a book that is kept in the museum of the harbour.\n```",
}
SPECS = ("baseline:chunker.chunk_tokens=96", "baseline:parser.kind=transcript,chunker.chunk_tokens=96")


def load(page: Page, *files: Upload) -> None:
    """Load files in the settings that are open."""
    page.locator("input[type=file]").set_input_files([file.payload() for file in files])
    page.get_by_role("button", name=f"Use {len(files)} file").click()


def test_a_transcript_is_loaded_in_a_column_and_searched(app: App) -> None:
    app.open(*SPECS, q="How much oil?", doc=f"{'0' * 16}-none.txt")
    app.upload(Upload("text_layer.txt", LAYER.encode()))
    expect(app.hits(0).first).to_contain_text("14.53 litres")
    expect(app.page.locator(".st-key-body1")).to_contain_text("text_layer.txt has no transcript")
    app.column(1).get_by_role("button", name="Settings").click()
    settings = app.page.get_by_test_id("stPopoverBody")
    expect(settings).to_contain_text("text_layer.txt: no transcript")
    load(app.page, Upload("notes.md", b"words"), Upload("page_0.md", b"zero"))
    expect(settings).to_contain_text("page_0.md is page 0, and pages count from 1")
    settings.get_by_test_id("stFileChipDeleteBtn").first.click()
    settings.get_by_test_id("stFileChipDeleteBtn").first.click()
    load(app.page, *(Upload(name, text.encode()) for name, text in PAGES.items()))
    expect(settings).to_contain_text("text_layer.txt: a transcript of 2 pages, 23\u201324")
    app.page.keyboard.press("Escape")
    expect(app.hits(1).first).to_contain_text("14.83 litres")
    expect(app.hits(1).first).not_to_contain_text("Sure!")
    expect(app.hits(0).first).to_contain_text("14.53 litres")
    app.page.wait_for_url(lambda url: any("parser.transcripts=" in spec for spec in app.address(url).get("s", [])))


def test_two_real_transcripts_are_audited_against_the_text_layer(app: App, shared_data: Path) -> None:
    vision = shared_data / "vision"
    layer = vision / "text_layer_pages_23_24.txt"
    app.page.goto(f"{app.url}/Parsers")
    app.upload(Upload(layer.name, layer.read_bytes()))
    lane = app.page.locator(".st-key-lane1")
    expect(lane).to_contain_text("has no transcript")
    lane.get_by_role("button", name="Settings").click()
    load(app.page, *(Upload(name, (vision / name).read_bytes()) for name in ("page_23.md", "page_24.md")))
    app.page.keyboard.press("Escape")
    audit = app.page.get_by_role("region", name="Audit against the text layer")
    for read, printed in (("14.83", "14.53"), ("clean", "safe"), ("score", "compare")):
        row = audit.locator("tr").filter(has_text=read).filter(has_text=printed)
        expect(row.first).to_be_attached()
    expect(app.page.locator(".st-key-text")).not_to_contain_text("Sure! Here")
