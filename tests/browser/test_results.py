"""What can be done with results: jump to a hit, see it on its page, take everything home."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from app_window import QUESTION, SPECS, App, Upload, notes
from playwright.sync_api import expect

from rag_core.cli.main import main
from rag_core.ui.shell.library import SAMPLE_FILE

pytestmark = pytest.mark.browser
MILL = "A tide mill is driven by the ebb. It grinds when the sea has fallen below the level of the mill pond."
WINDMILL = "A windmill turns its cap into the wind. Its sails are set with canvas, and taken in before a storm."


def downloaded(app: App, name: str) -> bytes:
    with app.page.expect_download() as download:
        app.page.get_by_role("button", name=name, exact=False).and_(
            app.page.locator(".stDownloadButton button")
        ).click()
    return Path(download.value.path()).read_bytes()


def without_times(values: dict) -> dict:
    """Without what may differ: times, and the name of the sample, which is that of a file on the command line."""
    documents = [{k: v for k, v in one.items() if k not in ("name", "label")} for one in values["documents"]]
    columns = [{k: v for k, v in c.items() if k != "timings_ms"} for c in values["columns"]]
    return {**values, "documents": documents, "columns": columns}


def approximate(values: object) -> object:
    """Scores of the same texts differ in the last digits when they were embedded in other company."""
    if isinstance(values, float):
        return pytest.approx(values, abs=1e-5)
    if isinstance(values, dict):
        return {key: approximate(value) for key, value in values.items()}
    return [approximate(value) for value in values] if isinstance(values, list) else values


def test_the_json_of_the_sample_is_what_the_command_line_prints(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    app.open()
    question = app.page.locator(".st-key-suggestions button").first.inner_text()
    app.ask(question)
    app.expect_results(4)
    from_page = json.loads(downloaded(app, "JSON"))
    assert main(["compare", str(SAMPLE_FILE), "--question", question, "--answers", "--json"]) == 0
    from_command = json.loads(capsys.readouterr().out)
    assert without_times(from_page) == approximate(without_times(from_command))
    assert [column["timings_ms"].keys() for column in from_page["columns"]] == [
        column["timings_ms"].keys() for column in from_command["columns"]
    ]


def test_the_csv_has_one_row_a_hit(app: App) -> None:
    app.open_notes()
    rows = list(csv.DictReader(io.StringIO(downloaded(app, "CSV").decode("utf-8-sig"))))
    assert len(rows) == app.page.locator(".cs-hit").count()
    assert {row["column"] for row in rows} == {"1", "2"}
    assert {row["document"] for row in rows} == {"notes.txt"}
    assert "1968" in rows[0]["text"]


def test_a_mark_on_the_ribbon_leads_to_its_hit(app: App) -> None:
    app.open_notes()
    app.page.set_viewport_size({"width": 1440, "height": 500})
    marks = app.page.locator(".cs-mark")
    assert marks.count() == app.page.locator(".cs-hit").count()
    for mark in marks.all():
        assert app.page.locator(mark.get_attribute("href")).count() == 1
    last = app.hits(1).last
    expect(last).not_to_be_in_viewport()
    href = f"#{last.get_attribute('id')}"
    app.page.locator(f".cs-mark[href='{href}']").click()
    expect(last).to_be_in_viewport()
    app.settle()
    assert app.address()["s"] == list(SPECS)


def test_an_answers_citation_leads_to_its_hit(app: App) -> None:
    app.open_notes()
    app.page.set_viewport_size({"width": 1440, "height": 500})
    citation = app.page.locator(".st-key-body1 .cs-cite").first
    citation.click()
    expect(app.page.locator(citation.get_attribute("href"))).to_be_in_viewport()


def test_text_files_offer_no_page(app: App) -> None:
    app.open_notes()
    expect(app.page.get_by_role("link", name="Show on the page")).to_have_count(0)
    expect(app.page.get_by_role("button", name="On the page")).to_be_disabled()
    expect(app.hits(0).first.locator(".cs-badge")).to_have_text("text")


def test_what_all_columns_found_and_what_only_one_did(app: App) -> None:
    app.open_notes("baseline:chunker.chunk_tokens=96,budget.hits=1", "baseline:chunker.chunk_tokens=96,budget.hits=2")
    found = app.page.locator(".cs-found:visible")
    tabs = app.page.get_by_role("tab")
    expect(tabs).to_have_text(["Found by all", "Only Baseline 1", "Only Baseline 2"])
    expect(found).to_contain_text("1968")
    tabs.nth(1).click()
    expect(app.page.get_by_text("Everything this column found, another column found too.")).to_be_visible()
    tabs.nth(2).click()
    expect(found).to_be_visible()
    expect(found).not_to_contain_text("1968")
    table = app.page.locator(".cs-shared")
    expect(table.locator("tbody tr").first.locator("td").nth(1)).to_have_text("100 %")


def test_every_column_has_its_program(app: App) -> None:
    app.open_notes()
    app.page.get_by_role("button", name="Code").click()
    program = app.page.locator(".stCode:visible")
    expect(program).to_contain_text("CHUNK_TOKENS = 96")
    app.page.get_by_role("tab", name="Chunk references", exact=True).click()
    expect(program).to_contain_text("CHILD_TOKENS")


def test_two_files_are_searched_together(app: App) -> None:
    app.open_notes(upload=notes("first.txt"))
    second = Upload("second.txt", b"The lighthouse of the second file lost its last keeper in 1999.")
    app.upload(second)
    expect(app.chosen).to_have_text(["first.txt", "second.txt"])
    expect(app.hits(0).filter(has_text="1999")).to_have_count(1)
    expect(app.hits(0).filter(has_text="1968")).to_have_count(1)
    expect(app.question).to_have_value(QUESTION)
