"""Spans cut when the question is asked: at equal tokens in a new session, then as their slider moves."""

from __future__ import annotations

import pytest
from app_window import App, Upload
from playwright.sync_api import Locator, expect

from tests.paths import ROOT

pytestmark = pytest.mark.browser
FILING = ROOT.parent / "shared" / "data" / "filings" / "2023_Q2_NVDA.pdf"
SAMPLE_QUESTION = "How much overlap is enough?"
FILING_QUESTION = "What was data center revenue in the quarter?"
SPANS, SHARE = 3, "Share of the best score"


def open_sample(app: App) -> None:
    app.open(q=SAMPLE_QUESTION)
    app.expect_results(4)


def open_filing(app: App) -> None:
    if not FILING.exists():
        pytest.skip("needs ../shared/data/filings")
    app.open(q=FILING_QUESTION, doc=f"{'0' * 16}-none.txt")
    app.upload(Upload(FILING.name, FILING.read_bytes()), until=app.hits(SPANS).first)
    app.expect_results(4)


def context_tokens(app: App, position: int) -> int:
    return int(app.figure(position, "context").inner_text().replace(",", ""))


def shown(app: App, position: int) -> list[str]:
    """The whole texts of a column's hits, in words: excerpts leave blank lines out."""
    texts = [hit.locator(".cs-text").last.text_content() or "" for hit in app.hits(position).all()]
    return [" ".join(text.split()) for text in texts]


def move(app: App, slider: Locator, key: str, times: int, share: int) -> tuple[int, list[str]]:
    """Move the slider to that share, in percent; returns the tokens and texts that the column then has."""
    slider.focus()
    for _ in range(times):
        slider.press(key)
    expect(app.column(SPANS).locator(".cs-short")).to_contain_text(f"scores from {share}% of the best")
    app.wait_for_address("s", *app.address()["s"][:SPANS], f"query_spans:budget.score_share={share / 100:g}")
    app.settle()
    return context_tokens(app, SPANS), shown(app, SPANS)


def lies_in(text: str, texts: list[str]) -> bool:
    return any(text in other for other in texts)


@pytest.mark.parametrize("open_document", [open_sample, open_filing], ids=["sample", "filing"])
def test_spans_grow_and_shrink_as_their_slider_moves(app: App, open_document) -> None:
    open_document(app)
    for position in range(4):
        assert 0 < context_tokens(app, position) <= 2000
    expect(app.page.get_by_role("radio", name="Equal tokens")).to_be_checked()
    app.column(SPANS).get_by_role("button", name="Stop at a share of the best score").click()
    slider = app.column(SPANS).get_by_role("slider", name=SHARE)
    expect(slider).to_have_value("0.75")
    expect(app.page.get_by_role("radio", name="As preset")).to_be_checked()
    app.wait_for_address("n")
    app.settle()
    others = [shown(app, position) for position in range(SPANS)]
    few, short = move(app, slider, "ArrowRight", 10, 85)
    many, long = move(app, slider, "ArrowLeft", 25, 60)
    assert few < many <= 2000
    assert all(lies_in(text, long) for text in short)
    assert not all(lies_in(text, short) for text in long)
    assert move(app, slider, "ArrowRight", 25, 85) == (few, short)
    assert [shown(app, position) for position in range(SPANS)] == others
    app.page.get_by_role("radio", name="Equal tokens").click(force=True)
    expect(slider).to_have_count(0)
    app.wait_for_address("n", "2000")


def test_a_hit_joined_from_many_sentences_is_short_and_marks_the_best(app: App) -> None:
    app.open("query_spans:budget.score_share=0.6", q=SAMPLE_QUESTION)
    app.expect_results(1)
    hit = app.hits(0).first
    expect(hit.locator(".cs-via li")).to_have_count(2)
    expect(hit.locator(".cs-via li").first).to_contain_text("via windows around “")
    expect(hit.locator(".cs-more")).to_contain_text("more, down to 0.")
    best = hit.locator(".cs-text").last.locator("mark").all_text_contents()
    whole = hit.locator(".cs-text").last.text_content() or ""
    assert best
    assert len("".join(best)) < len(whole) / 2
    assert app.page.locator(".cs-mark").count() == app.hits(0).count()


def test_columns_with_different_scores_say_which_and_share_no_axis(app: App) -> None:
    app.open("baseline", "query_spans", "baseline:search.kind=bm25", q=SAMPLE_QUESTION)
    app.expect_results(3)
    for position, name in enumerate(("cosine similarity", "fused score", "BM25")):
        best = app.hits(position).first
        expect(best.locator(".cs-hit-head .cs-score")).to_contain_text(name)
        assert best.locator(".cs-bar i").evaluate("bar => bar.style.width") == "100%"
