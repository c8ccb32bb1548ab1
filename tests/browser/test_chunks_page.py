"""The Chunks page: a deep link opens it, its sliders are live, and going there and back loses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import pytest
from app_window import PHONE, QUESTION, SPECS, App
from playwright.sync_api import Locator, expect

pytestmark = pytest.mark.browser


def cuts(app: App, lane: int) -> Locator:
    """The marks at which chunks begin in the text."""
    return app.page.locator(".cs-chunks").nth(lane).locator(".cs-cut")


def open_page(app: App, name: str) -> None:
    app.page.get_by_test_id("stPageLink").get_by_text(name, exact=True).click()


def test_a_deep_link_works_on_a_fresh_server(new_app: Callable[..., App], start_server: Callable[..., object]) -> None:
    app = new_app(start_server())
    query = urlencode([("s", "baseline:chunker.chunk_tokens=256"), ("s", "baseline:chunker.kind=token"), ("e", "2")])
    app.page.goto(f"{app.url}/Chunks?{query}")
    expect(app.page).to_have_title("Chunks · Chunkscope")
    expect(app.page.locator(".cs-chunks")).to_have_count(2)
    expect(cuts(app, 0).first).to_be_visible()
    expect(app.page.locator(".js-plotly-plot")).to_be_visible()
    expect(app.page.get_by_text("Handbook (sample), page")).to_be_visible()
    app.settle()
    assert app.address()["e"] == ["2"]


def test_going_to_chunks_and_back_keeps_the_view(app: App) -> None:
    app.open_notes(tok="minilm", k="2")
    before = app.address()
    open_page(app, "Chunks")
    expect(app.page.locator(".cs-chunks")).to_have_count(1)
    expect(app.page.locator(".cs-chunks")).to_contain_text("The lighthouse on Skerry Rock")
    expect(app.chosen).to_have_text(["notes.txt"])
    app.settle()
    assert urlsplit(app.page.url).path == "/Chunks"
    assert app.address() == before
    open_page(app, "Compare")
    app.expect_results(2)
    expect(app.question).to_have_value(QUESTION)
    expect(app.page.get_by_role("slider", name="Chunks per column")).to_have_value("2")
    assert urlsplit(app.page.url).path == "/"
    assert app.address() == before


def test_the_size_slider_cuts_the_text_anew_and_is_the_columns(app: App) -> None:
    app.open_notes()
    open_page(app, "Chunks")
    figures = app.page.locator(".cs-chunk-figures").first
    expect(figures).to_contain_text("chunks")
    before, few = figures.inner_text(), cuts(app, 0).count()
    slider = app.page.get_by_role("slider", name="Chunk size").first
    slider.focus()
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    app.wait_for_address("s", "baseline:chunker.chunk_tokens=48", SPECS[1])
    expect(figures).not_to_have_text(before)
    app.settle()
    assert cuts(app, 0).count() > few
    open_page(app, "Compare")
    app.expect_results(2)
    expect(app.column(0).locator(".cs-short")).to_contain_text("sentence 48/20")
    app.page.go_back()
    expect(app.page.locator(".cs-chunks").first).to_be_visible()


def test_the_slider_moves_the_cuts_on_the_picture_which_stays(app: App) -> None:
    app.open(SPECS[0])
    open_page(app, "Chunks")
    chunks, picture = app.page.locator(".cs-page-chunk"), app.page.locator(".cs-picture")
    expect(chunks.first).to_be_attached()
    picture.evaluate("picture => picture.decode().then(() => picture.isTheSame = true)")
    app.settle()
    drawn, place, few = picture.get_attribute("src"), picture.bounding_box(), chunks.count()
    fetched = len([url for url in app.requests if "page-pictures" in url])
    slider = app.page.get_by_role("slider", name="Chunk size").first
    slider.focus()
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    expect(chunks).not_to_have_count(few)
    app.settle()
    assert picture.evaluate("picture => picture.isTheSame")
    assert (picture.get_attribute("src"), picture.bounding_box()) == (drawn, place)
    assert len([url for url in app.requests if "page-pictures" in url]) == fetched


def test_chunks_say_their_size_and_counts_lead_to_their_places(app: App) -> None:
    app.open("baseline:chunker.kind=token,chunker.chunk_tokens=96")
    open_page(app, "Chunks")
    app.page.locator(".cs-page-chunk").first.focus()
    expect(app.page.locator(".cs-tip")).to_contain_text(re.compile(r"chunk 1 of \d+: \d+ tokens, [\d,]+ characters"))
    expect(app.page.locator(".cs-run.cs-on").first).to_be_visible()
    count = app.page.locator(".st-key-steps0").get_by_role("button", name="sentences")
    count.click()
    expect(count).to_contain_text("1 of")
    expect(app.page.locator(".cs-here")).to_be_visible()
    expect(app.page.locator(".cs-place").first).to_be_attached()


def test_a_second_chunker_stands_beside_the_first_and_goes_again(app: App) -> None:
    app.open_notes(SPECS[0])
    open_page(app, "Chunks")
    app.page.get_by_role("button", name="Chunker", exact=True).click()
    expect(app.page.locator(".cs-chunks")).to_have_count(2)
    app.page.get_by_role("button", name="Remove this chunker").last.click()
    expect(app.page.locator(".cs-chunks")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_on_a_phone(new_app: Callable[..., App], server: object, scheme: str) -> None:
    app = new_app(server, PHONE, color_scheme=scheme)
    app.open_notes(*SPECS)
    open_page(app, "Chunks")
    expect(app.page.locator(".cs-chunks").first).to_be_visible()
    app.settle()
    assert not app.page.evaluate("document.scrollingElement.scrollWidth > innerWidth")


def test_the_cuts_lie_on_the_picture_on_a_phone_too(new_app: Callable[..., App], server: object) -> None:
    app = new_app(server, PHONE)
    app.open(SPECS[0])
    open_page(app, "Chunks")
    expect(app.page.locator(".cs-page-chunk").first).to_be_attached()
    app.settle()
    picture = app.page.locator(".cs-picture").bounding_box()
    assert app.page.locator(".cs-over > svg").bounding_box() == pytest.approx(picture, abs=1)
