"""Without scrolling: the question, where hits stand, every answer and every first hit; each column when it is ready."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from app_window import DESKTOP, QUESTION, App
from playwright.sync_api import expect

from rag_core.strategy import DEFAULT_PRESETS

pytestmark = pytest.mark.browser
SAMPLE_QUESTION = "How much overlap is enough?"
FOUR = ("baseline", "chunk_references", "metadata_references", "baseline:chunker.chunk_tokens=256")
SIX = (*FOUR, "baseline:chunker.kind=token", "chunk_references:chunker.chunk_tokens=512")
_PER_CHUNK = "baseline:search.pooling=per_chunk,chunker.chunk_tokens=48"
# Notes the columns in the order in which their first hit is seen.
_NOTE_ORDER = """
window.order = []
new MutationObserver(() => {
  for (const column of [0, 1, 2])
    if (!window.order.includes(column) && document.querySelector(`.st-key-body${column} .cs-hit`))
      window.order.push(column)
}).observe(document, {childList: true, subtree: true})
"""


def bottom(app: App, selector: str) -> float:
    box = app.page.locator(selector).first.bounding_box()
    assert box is not None, selector
    return box["y"] + box["height"]


@pytest.mark.parametrize("specs", [FOUR[:3], FOUR, SIX, ()], ids=["3", "4", "6", "new session"])
def test_question_ribbon_answers_and_first_hits_are_in_sight(
    new_app: Callable[..., App], server: object, specs: tuple[str, ...]
) -> None:
    app = new_app(server, DESKTOP)
    app.open(*specs, q=SAMPLE_QUESTION)
    columns = len(specs or DEFAULT_PRESETS)
    app.expect_results(columns)
    app.page.wait_for_timeout(300)  # animations of the layout
    parts = ["[aria-label=Question]", ".cs-ribbon"]
    for i in range(columns):
        parts += [f".st-key-head{i}", f".st-key-body{i} .cs-answer", f".st-key-body{i} .cs-hit-head"]
    bottoms = {part: bottom(app, part) for part in parts}
    assert max(bottoms.values()) <= DESKTOP["height"], bottoms


def test_everything_that_steps_back_is_one_click_away(app: App) -> None:
    app.open_notes()
    page = app.page
    for name, inside in {
        "Tokenizer:": page.get_by_role("combobox", name="Tokenizer"),
        "Model:": page.get_by_role("button", name="Use this model"),
        "Link": page.locator("[data-testid=stPopoverBody] code"),
        "Answers:": page.get_by_text("Answers are written by"),
    }.items():
        page.get_by_role("button", name=name).click()
        expect(inside.first).to_be_visible()
        page.keyboard.press("Escape")


def test_columns_that_need_no_other_texts_come_before_the_one_that_does(app: App) -> None:
    app.page.add_init_script(_NOTE_ORDER)
    app.open(_PER_CHUNK, "baseline", "chunk_references", q=f"{QUESTION} {SAMPLE_QUESTION}")
    expect(app.hits(1).first).to_be_attached()
    app.expect_results(3)
    assert app.page.evaluate("window.order") == [1, 2, 0]
    expect(app.page.locator(".cs-alone")).to_have_count(0)
    expect(app.hits(0).first.locator(".cs-also-line")).to_be_visible()
