"""Files that people choose: good ones, and every kind of bad one, which loses nothing of what is open."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from app_window import SPECS, App, Upload, notes
from playwright.sync_api import expect

from tests.documents.pdf_maker import encrypted_pdf, image_pdf, pages_pdf, prose_lines

pytestmark = pytest.mark.browser
GOOD_PDF = pages_pdf(prose_lines("A tide mill is driven by the ebb. It grinds when the sea has fallen below the pond."))
BAD = {
    "report.pdf": (b"<!DOCTYPE html><html><body>404</body></html>", "is not a PDF"),
    "damaged.pdf": (GOOD_PDF[: len(GOOD_PDF) // 4], "is damaged and cannot be opened"),
    "scan.pdf": (image_pdf(2), "none of its 2 pages has a text layer"),
    "empty.txt": (b"", "is empty"),
    "blank.md": (b" \n\n", "is empty: it has only white space"),
    "photo.txt": (b"\x89PNG\r\n\x1a\n" + bytes(100), "is not text"),
}


def expect_the_notes_still_there(app: App, before: list[list[str]]) -> None:
    app.settle()
    expect(app.chosen).to_have_text(["notes.txt"])
    assert app.texts() == before


def test_an_upload_takes_the_place_of_the_sample(app: App) -> None:
    app.open(*SPECS)
    app.upload(notes())
    expect(app.chosen).to_have_text(["notes.txt"])
    expect(app.page.locator(".st-key-suggestions")).to_have_count(0)
    app.ask("What is a moraine?")
    expect(app.hits(0).first).to_contain_text("moraines")


def test_bad_files_are_named_with_what_is_wrong_and_nothing_is_lost(app: App) -> None:
    app.open_notes()
    before = app.texts()
    uploads = [Upload(name, content) for name, (content, _) in BAD.items()]
    app.upload(*uploads, until=app.message.last)
    expect(app.message).to_have_count(len(BAD))
    for name, (_, words) in BAD.items():
        expect(app.message.filter(has_text=name)).to_contain_text(words)
    expect_the_notes_still_there(app, before)


def test_good_files_open_beside_a_bad_one(app: App) -> None:
    app.open_notes()
    report = app.message.filter(has_text="report.pdf")
    app.upload(Upload("mill.pdf", GOOD_PDF), Upload("report.pdf", BAD["report.pdf"][0]), until=report)
    expect(app.chosen).to_have_text(["notes.txt", "mill.pdf"])
    app.ask("When does a tide mill grind?")
    expect(app.hits(0).first).to_contain_text("tide mill")
    expect(app.hits(0).first.locator(".cs-badge")).to_contain_text("mill.pdf")
    expect(app.page.locator(".cs-tick")).to_have_text(["notes.txt", "mill.pdf"])


def test_an_encrypted_pdf_asks_for_its_password_until_it_is_right(app: App) -> None:
    app.open_notes()
    before = app.texts()
    secret = Upload("secret.pdf", encrypted_pdf("The tide turns at noon.", user="open sesame"))
    password = app.page.get_by_role("textbox", name="Password")
    app.upload(secret, until=password)
    expect(app.message).to_contain_text("secret.pdf is encrypted: give its password.")
    expect_the_notes_still_there(app, before)
    password.fill("guess")
    password.press("Enter")
    expect(app.message).to_contain_text("not its password")
    expect_the_notes_still_there(app, before)
    password.fill("open sesame")
    app.page.get_by_role("button", name="Open", exact=True).and_(app.page.locator("[kind*=FormSubmit]")).click()
    expect(app.chosen).to_have_text(["notes.txt", "secret.pdf"])
    expect(app.message).to_have_count(0)
    assert "sesame" not in app.page.url


def test_a_file_over_the_limit_is_refused_with_the_limit_and_the_remedy(
    new_app: Callable[..., App], start_server: Callable[..., object]
) -> None:
    app = new_app(start_server(CHUNKSCOPE_MAX_FILE_MB="1"))
    app.open_notes()
    before = app.texts()
    app.upload(Upload("big.txt", b"word " * 250_000), until=app.message)
    for words in ("1.2 MB", "the limit is 1 MB", "CHUNKSCOPE_MAX_FILE_MB"):
        expect(app.message).to_contain_text(words)
    expect_the_notes_still_there(app, before)


def test_documents_are_chosen_and_put_away(app: App) -> None:
    app.open_notes()
    app.chosen.get_by_role("button", name="Remove notes.txt").click()
    expect(app.chosen).to_have_count(0)
    app.page.get_by_role("combobox", name="Documents").click()
    app.page.get_by_role("option", name="notes.txt").click()
    app.page.keyboard.press("Escape")
    app.expect_results(2)


def test_markup_in_a_file_and_in_its_name_is_shown_as_text(app: App) -> None:
    markup = (
        "The last keeper left the lighthouse <img src=x onerror=alert(1)> in 1968 "
        "<script>alert(2)</script> ![x](http://evil.example/x.png) [link](javascript:alert(3)) **bold** </div></style>."
    )
    name = "<img src=x onerror=alert(4)> **bold** ![i](www.evil.example) :red[x].txt"
    upload = Upload(name, markup.encode())
    app.open_notes(upload=upload)
    expect(app.hits(0).first).to_contain_text(markup)
    expect(app.page.locator(".cs-hit").locator("img, script, a")).to_have_count(0)
    bad = Upload(name.replace(".txt", ".pdf"), b"<!DOCTYPE html>")
    app.upload(bad, until=app.message)
    expect(app.message).to_contain_text(bad.name)
    app.open("<img src=x onerror=alert(5)>![i](//evil.example/i.png)", doc=f"{'0' * 16}-{name}", q=markup)
    expect(app.message.first).to_contain_text("![i](//evil.example/i.png)")
    expect(app.message.last).to_contain_text(name)
    expect(app.page.locator(".stMain img")).to_have_count(0)
    assert not [url for url in app.requests if urlsplit(url).path.endswith("/x")]
