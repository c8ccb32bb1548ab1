"""Two files of one name: each is searched, and is told from the other wherever a document is named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from app_window import SPECS, App, Upload, notes
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
KEEPERS = Upload("v.txt", b"The last keeper of Fair Head left the lighthouse in 1989. Her name was Ada.")
QUESTION = "When did the last keeper leave the lighthouse?"


def open_both(app: App) -> None:
    """The notes as v.txt, put away, and then another v.txt."""
    app.open_notes(upload=notes("v.txt"))
    app.chosen.get_by_role("button", name="Remove v.txt").click()
    expect(app.chosen).to_have_count(0)
    app.upload(KEEPERS, until=app.chosen.get_by_text("v.txt (2)", exact=True))
    app.expect_results(2)


def choose(app: App, label: str) -> None:
    app.page.get_by_role("combobox", name="Documents").click()
    app.page.get_by_role("option", name=label, exact=True).click()
    app.page.keyboard.press("Escape")


def test_a_second_file_of_the_name_is_searched_and_not_the_first(app: App) -> None:
    open_both(app)
    expect(app.chosen).to_have_text(["v.txt (2)"])
    for column in range(len(SPECS)):
        expect(app.hits(column)).to_have_count(1)
        expect(app.hits(column).first).to_contain_text("1989")


def test_both_are_searched_and_named_apart_everywhere(app: App, tmp_path: Path) -> None:
    open_both(app)
    choose(app, "v.txt")
    expect(app.chosen).to_have_text(["v.txt (2)", "v.txt"])
    app.expect_results(2)
    expect(app.page.locator(".cs-tick")).to_have_text(["v.txt (2)", "v.txt"])
    badges = {"1989": "v.txt (2)", "1968": "v.txt"}
    for year, label in badges.items():
        hit = app.hits(0).filter(has_text=year).first
        expect(hit.locator(".cs-badge")).to_have_text(label)
    with app.page.expect_download() as download:
        app.page.get_by_role("button", name="JSON").click()
    download.value.save_as(tmp_path / "comparison.json")
    result = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))
    labels = {document["id"]: document["label"] for document in result["documents"]}
    assert sorted(labels.values()) == ["v.txt", "v.txt (2)"]
    for hit in result["columns"][0]["hits"]:
        assert labels[hit["document"]] == badges["1989" if "1989" in hit["text"] else "1968"] or "19" not in hit["text"]
    app.chosen.get_by_role("button", name="Remove v.txt (2)").click()
    app.expect_results(2)
    expect(app.chosen).to_have_text(["v.txt"])
    expect(app.hits(0).first).to_contain_text("1968")


def test_the_chunks_page_shows_the_one_that_is_chosen(app: App) -> None:
    open_both(app)
    choose(app, "v.txt")
    expect(app.chosen).to_have_text(["v.txt (2)", "v.txt"])
    app.settle()
    app.page.get_by_role("link", name="Chunks").click()
    text = app.page.locator(".st-key-text")
    expect(text).to_contain_text("Fair Head")
    app.page.get_by_role("combobox", name="Document", exact=True).click()
    app.page.get_by_role("option", name="v.txt", exact=True).click()
    expect(text).to_contain_text("Sourdough")
    expect(app.page.get_by_text(re.compile("^v.txt, part 1"))).to_be_visible()


def test_one_content_under_two_names_is_searched_once_and_the_page_says_as_what(app: App) -> None:
    app.open_notes(upload=notes("first.txt"))
    app.upload(notes("copy.txt"))
    messages = app.page.locator(".st-key-messages")
    expect(messages).to_contain_text("copy.txt has the same content as first.txt: it is searched once, as first.txt.")
    expect(app.page.locator(".cs-tick").first).to_have_text("0 %")
    app.chosen.get_by_role("button", name="Remove first.txt").click()
    expect(messages).not_to_contain_text("same content")
    app.expect_results(2)
    expect(app.chosen).to_have_text(["copy.txt"])


def test_long_names_that_differ_at_their_end_are_told_apart_on_a_phone(new_app, server) -> None:
    from app_window import PHONE

    app = new_app(server, PHONE)
    start = "Annual report of the society for the study of tides and shores, "
    uploads = [Upload(f"{start}{year}.txt", f"In {year}, the society met twice.".encode()) for year in (2023, 2024)]
    app.open(*SPECS, q="How often did the society meet?", doc=f"{'0' * 16}-none.txt")
    app.upload(*uploads, until=app.chosen.nth(1))
    expect(app.chosen.nth(0)).to_contain_text("2023.txt")
    expect(app.chosen.nth(1)).to_contain_text("2024.txt")
    picker, tag = app.page.locator(".st-key-documents").bounding_box(), app.chosen.nth(0).bounding_box()
    assert picker["width"] > 0.9 * PHONE["width"] - 20, "a row of its own"
    assert picker["x"] <= tag["x"]
    assert tag["x"] + tag["width"] <= picker["x"] + picker["width"]
