"""A scan: it is kept, reading it by OCR is offered, and then it is searched and shown like any other document."""

from __future__ import annotations

import re

import pytest
from app_window import App, Upload
from playwright.sync_api import expect

from tests.documents.ocr.scans import needs_ocr, scan_pdf, text_picture

pytestmark = [pytest.mark.browser, needs_ocr]


def test_a_scan_is_offered_to_be_read_then_searched_and_seen(app: App) -> None:
    app.open("baseline", "query_spans")
    read = app.page.get_by_role("button", name="Read 2 pages by OCR")
    app.upload(Upload("ledger.pdf", scan_pdf(text_picture(), text_picture(["Nobody was on the quay."]))), until=read)
    expect(app.message).to_contain_text("ledger.pdf cannot be searched")
    offer = app.page.locator("[class*=st-key-reading-scan]")
    expect(offer).to_contain_text(re.compile(r"To be read by OCR: 2 pages, about \d+ (s|min)"))
    app.settle()
    expect(offer.get_by_role("button")).to_have_count(1)  # nothing is read before the click
    expect(app.chosen).to_have_text(["Handbook (sample)"])

    read.click()
    expect(offer).to_contain_text("Reading by OCR: page 1 of 2")
    expect(app.page.get_by_role("button", name="Stop")).to_be_visible()
    expect(app.chosen).to_have_text(["ledger.pdf"])
    expect(app.page.locator(".st-key-messages")).to_contain_text("Pages 1-2 were read by OCR: 0 of")

    app.ask("How many ships did the keeper count?")
    app.expect_results(2)
    expect(app.hits(0).first).to_contain_text("forty-two ships before dawn")
    expect(app.hits(0).first.locator(".cs-badge")).to_contain_text("p 1")


def test_reading_can_be_stopped_and_continued_and_pages_are_kept(app: App) -> None:
    app.open("baseline")
    pictures = [text_picture([f"The keeper's page number {word}."]) for word in ("one", "two", "three", "four")]
    read = app.page.get_by_role("button", name="Read 4 pages by OCR")
    app.upload(Upload("pages.pdf", scan_pdf(*pictures)), until=read)
    read.click()
    offer = app.page.locator("[class*=st-key-reading-scan]")
    expect(offer).to_contain_text("page 2 of 4")
    app.page.get_by_role("button", name="Stop").click()
    rest = app.page.get_by_role("button", name=re.compile("Read the other [1-3] pages? by OCR"))
    expect(rest).to_be_visible()
    expect(offer).to_contain_text("of 4 pages are left")
    rest.click()
    expect(app.chosen).to_have_text(["pages.pdf"])


def test_a_scan_is_searched_with_a_transcript_instead(app: App) -> None:
    app.open("baseline")
    instead = app.page.get_by_role("button", name="Load a transcript instead")
    app.upload(Upload("ledger.pdf", scan_pdf(text_picture(), text_picture(["Nobody was on the quay."]))), until=instead)
    instead.click()
    body = app.page.get_by_test_id("stPopoverBody")
    body.locator("input[type=file]").set_input_files(Upload("page_7.md", b"# Another book").payload())
    body.get_by_role("button", name="Use 1 file").click()
    expect(body).to_contain_text("page_7.md was not used: it is page 7, and the document has 2")
    body.get_by_test_id("stFileChipDeleteBtn").first.click()
    body.locator("input[type=file]").set_input_files(
        Upload("page_1.md", b"The keeper counted *forty-two* ships.").payload()
    )
    body.get_by_role("button", name="Use 1 file").click()
    expect(app.chosen).to_have_text(["ledger.pdf"])
    expect(app.page.locator(".st-key-messages")).to_contain_text("Page 2 has no transcript")
    app.ask("How many ships did the keeper count?")
    app.expect_results(1)
    expect(app.hits(0).first).to_contain_text("The keeper counted")


def test_what_ocr_found_is_used_where_pages_were_read_before(app: App) -> None:
    pdf = Upload("mixed.pdf", scan_pdf("The captain keeps the log.", text_picture(["Nobody was on the quay."])))
    app.open("baseline")
    read = app.page.get_by_role("button", name="Read 1 page by OCR")
    app.upload(pdf)
    read.click()
    messages = app.page.locator(".st-key-messages")
    expect(messages).to_contain_text("Page 2 was read by OCR")  # it was read in this session: used at once
    app.open("baseline")
    use = app.page.get_by_role("button", name="Use what OCR found on page 2")
    app.upload(pdf, until=use)
    expect(messages).not_to_contain_text("was read by OCR")
    app.ask("Who was on the quay?")
    app.expect_results(1)
    expect(app.hits(0).first).not_to_contain_text("quay")
    use.click()
    expect(messages).to_contain_text("Page 2 was read by OCR")
    expect(app.hits(0).first).to_contain_text("Nobody was on the quay")
    expect(use).to_have_count(0)
