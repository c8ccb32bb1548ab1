"""The switch that explains scores, as it is seen: colours, lines under words, figures, and the page picture."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from app_window import App, Upload
from playwright.sync_api import Locator, expect

pytestmark = pytest.mark.browser
SPECS = ("query_spans:budget.score_share=0.5", "hybrid:chunker.chunk_tokens=96", "baseline:search.pooling=per_chunk")
COLOUR = "element => getComputedStyle(element).backgroundColor"
OPACITY = re.compile(r"[\d.]+(?=\)$)")


def switch(app: App) -> Locator:
    return app.page.locator(".st-key-shared").get_by_text("Why these scores")


def opacities(passages: Locator) -> dict[float, float]:
    """How opaque the background of each passage is, by the strength that it is to show."""
    found = {}
    for passage in passages.all():
        strength = float(re.search(r"--share:\s*([\d.]+)", passage.get_attribute("style")).group(1))
        colour = passage.evaluate(COLOUR)
        found[strength] = float(OPACITY.search(colour).group()) if "/" in colour or "rgba" in colour else 1.0
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_switch_colours_sentences_and_underlines_words(new_app: Callable[..., App], server, scheme: str) -> None:
    app = new_app(server, color_scheme=scheme)
    app.open_notes(*SPECS)
    passages = app.page.locator(".cs-passage:visible")
    expect(passages).to_have_count(0)
    switch(app).click()
    app.wait_for_address("why", "1")
    expect(passages.first).to_be_visible()
    app.settle()
    shown = opacities(app.hits(0).locator(".cs-passage:visible"))
    assert len(shown) > 2
    assert [shown[strength] for strength in sorted(shown)] == sorted(shown.values())
    assert max(shown.values()) == pytest.approx(0.4, abs=0.01)
    word = app.hits(1).first.locator(".cs-term:visible", has_text=re.compile("^keeper$")).first
    assert word.evaluate("element => getComputedStyle(element).textDecorationLine") == "underline"
    expect(word).to_have_attribute("title", re.compile(r"“keeper” adds [\d.]+ to BM25 [\d.]+ · adds -?[\d.]+ to dense"))
    figure = app.hits(0).first.locator(".cs-figure:visible").first
    assert re.fullmatch(r'"(>|<)?\d+ %"', figure.evaluate("element => getComputedStyle(element, '::after').content"))
    expect(app.hits(1).first.locator(".cs-stages")).to_have_text(
        re.compile(r"dense [\d.]+ · BM25 [\d.]+ · fused [\d.]+")
    )
    expect(app.page.locator(".st-key-body2 .cs-why-legend")).to_contain_text("Choose the pooling late to see it.")
    expect(app.hits(2).locator(".cs-passage")).to_have_count(0)
    switch(app).click()
    app.wait_for_address("why")
    expect(app.page.locator(".cs-passage")).to_have_count(0)


def test_a_filing_is_explained_in_its_text_and_on_its_page(app: App, shared_data: Path) -> None:
    name = "2023_Q2_NVDA.pdf"
    question = "What was the revenue of the data center segment?"
    app.open("query_spans", q=question, doc=f"{'0' * 16}-none.txt", why="1")
    app.upload(Upload(name, (shared_data / "filings" / name).read_bytes()))
    app.expect_results(1)
    expect(app.page.locator(".st-key-body0 .cs-why-legend")).to_contain_text("each piece's own fused score")
    expect(app.hits(0).first.locator(".cs-sum").first).to_have_text(re.compile("from this text .* from around it"))
    expect(app.hits(0).first.locator(".cs-term:visible").first).to_be_visible()
    app.hits(0).first.get_by_role("link", name="Show on the page").click()
    pane = app.page.get_by_role("region", name="On the page")
    expect(pane.locator(".cs-page img").first).to_be_visible()
    expect(pane.locator(".cs-why-legend")).to_contain_text("Colour: each piece's own fused score")
    pieces = pane.locator(".cs-pm-piece.cs-current > path")
    expect(pieces.first).to_be_visible()
    opacities = {piece.evaluate("path => getComputedStyle(path).fillOpacity") for piece in pieces.all()}
    assert len(opacities) >= 3, "sentences of one hit are tinted by their scores"
