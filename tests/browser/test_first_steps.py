"""What somebody does in the first five minutes: look, ask, move a slider, add and remove a column."""

from __future__ import annotations

import re

import pytest
from app_window import QUESTION, SPECS, App
from playwright.sync_api import expect

from rag_core.html.palette import MAX_COLUMNS
from rag_core.strategy import preset_names

pytestmark = pytest.mark.browser
OTHER_QUESTION = "How does a glacier flow?"


def test_the_first_paint_has_the_sample_open_and_says_what_to_do(app: App) -> None:
    app.open()
    expect(app.chosen).to_have_text(["Handbook (sample)"])
    expect(app.page.locator(".cs-title")).to_have_text(
        ["● Baseline", "▲ Chunk references", "■ Metadata references", "◆ Query spans"]
    )
    expect(app.page.get_by_text("Ask a question above")).to_be_visible()
    expect(app.page.locator(".st-key-suggestions button")).not_to_have_count(0)
    expect(app.page).to_have_title("Compare · Chunkscope")
    assert not app.page.locator(".cs-hit").count()


def test_a_suggested_question_is_asked_with_one_click(app: App) -> None:
    app.open("baseline:chunker.chunk_tokens=4096")
    suggestion = app.page.locator(".st-key-suggestions button").first
    question = suggestion.inner_text()
    suggestion.click()
    app.expect_results(1)
    app.wait_for_address("q", question)
    expect(app.question).to_have_value(question)


def test_asking_finds_the_paragraph_in_every_column_and_quotes_it(app: App) -> None:
    app.open_notes()
    for position in range(2):
        expect(app.hits(position).first).to_contain_text("the last keeper left the rock in 1968")
        expect(app.page.locator(f".st-key-body{position} .cs-answer")).to_contain_text("1968")
    app.ask(OTHER_QUESTION)
    for position in range(2):
        expect(app.hits(position).first).to_contain_text("A glacier is a river of ice")


def test_an_empty_question_asks_for_one(app: App) -> None:
    app.open_notes()
    app.question.fill("   ")
    app.page.get_by_role("button", name="Compare").click()
    expect(app.page.get_by_text("Ask a question above")).to_be_visible()
    expect(app.page.locator(".cs-hit")).to_have_count(0)


def test_a_slider_cuts_its_own_column_anew(app: App) -> None:
    app.open_notes("baseline:chunker.chunk_tokens=96", "baseline:chunker.chunk_tokens=96")
    before = app.figure(1, "chunks").inner_text()
    slider = app.column(0).get_by_role("slider", name="Chunk size")
    slider.focus()
    slider.press("ArrowLeft")
    app.wait_for_address("s", "baseline:chunker.chunk_tokens=64", "baseline:chunker.chunk_tokens=96")
    expect(app.column(0).locator(".cs-short")).to_contain_text("sentence 64/20")
    expect(app.figure(0, "chunks")).not_to_have_text(before)
    expect(app.figure(1, "chunks")).to_have_text(before)


def test_columns_come_and_go(app: App) -> None:
    app.open_notes("baseline:chunker.chunk_tokens=64")
    expect(app.page.get_by_role("button", name="Remove this column")).to_have_count(0)
    for columns in range(2, MAX_COLUMNS + 1):
        app.page.get_by_role("button", name="Column", exact=True).click()
        app.expect_results(columns)
    expect(app.page.get_by_role("button", name="Column", exact=True)).to_be_disabled()
    app.column(1).get_by_role("button", name="Remove this column").click()
    app.expect_results(MAX_COLUMNS - 1)
    unused = [name for name in preset_names() if name != "baseline"]
    added = [*unused, *["baseline:chunker.chunk_tokens=512"] * MAX_COLUMNS][: MAX_COLUMNS - 1]
    app.wait_for_address("s", "baseline:chunker.chunk_tokens=64", *added[1:])
    expect(app.page.locator(".cs-title")).to_have_count(MAX_COLUMNS - 1)


def test_a_preset_is_picked_and_brings_its_own_settings(app: App) -> None:
    app.open_notes()
    app.column(1).get_by_role("button", name="Chunk references").click()
    app.page.get_by_role("button", name="Metadata references", exact=True).click()
    app.wait_for_address("s", SPECS[0], "metadata_references")
    expect(app.column(1).locator(".cs-short")).to_contain_text("central sentences + 5 key phrases")
    expect(app.page.locator(".cs-title").nth(1)).to_contain_text("Metadata references")


def test_equal_k_gives_every_column_as_many_distinct_chunks(app: App) -> None:
    app.open_notes()
    app.page.get_by_role("radio", name="Equal k").or_(app.page.get_by_role("button", name="Equal k")).click()
    app.wait_for_address("k", "3")
    for position in range(2):
        expect(app.hits(position)).to_have_count(3)
        expect(app.figure(position, "parents")).to_have_text("3")
    slider = app.page.get_by_role("slider", name="Chunks per column")
    slider.focus()
    slider.press("ArrowLeft")
    app.wait_for_address("k", "2")
    for position in range(2):
        expect(app.hits(position)).to_have_count(2)


def test_equal_tokens_is_the_most_that_any_column_takes(app: App) -> None:
    app.open_notes(n="200")
    for position in range(2):
        taken = int(app.figure(position, "context").inner_text())
        assert 100 < taken <= 200
        assert app.hits(position).count() > 1


def test_the_tokenizer_is_the_same_for_all_columns(app: App) -> None:
    app.open_notes()
    app.page.get_by_role("button", name="Tokenizer:").click()
    tokenizer = app.page.get_by_role("combobox", name="Tokenizer")
    tokenizer.click()
    app.page.get_by_role("option", name="MiniLM").click()
    app.wait_for_address("tok", "minilm")
    app.expect_results(2)
    expect(tokenizer).to_have_value(re.compile("MiniLM"))


def test_an_invalid_combination_says_so_in_its_column_and_the_rest_stays(app: App) -> None:
    app.open_notes("baseline:chunker.chunk_tokens=24", "baseline:chunker.chunk_tokens=96")
    app.expect_results(2)
    before = app.texts()
    slider = app.column(0).get_by_role("slider", name="Chunk size")
    slider.focus()
    slider.press("ArrowLeft")
    problem = app.column(0).get_by_role("alert")
    expect(problem).to_have_count(1)
    expect(problem).to_contain_text("overlap of 20 tokens must be smaller than the chunk size of 16")
    expect(app.column(1).get_by_role("alert")).to_have_count(0)
    assert app.texts() == before
    expect(app.question).to_have_value(QUESTION)
    app.column(0).get_by_role("button", name="Settings").click()
    expect(app.page.get_by_role("slider", name="Overlap").first).to_be_visible()
    app.page.keyboard.press("Escape")
    slider.focus()
    slider.press("ArrowRight")
    expect(problem).to_have_count(0)
