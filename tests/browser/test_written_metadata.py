"""Summaries and questions that a language model writes, had from the page: estimate, progress, pause, files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from app_window import App
from playwright.sync_api import expect

from tests.fakes.openai_server import OpenAIServer

pytestmark = pytest.mark.browser
CHUNKS = "chunker.chunk_tokens=48,chunker.overlap_tokens=0"
WRITTEN = f"metadata_references:reference.writer=llm,reference.questions=2,{CHUNKS}"


@pytest.fixture(scope="module")
def slow_server() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    yield server
    server.end()


@pytest.fixture
def app(new_app: Callable[..., App], start_server: Callable[..., object], slow_server: OpenAIServer) -> App:
    """A server of its own for each test: nothing is written yet."""
    app = new_app(
        start_server(
            CHUNKSCOPE_LLM="openai-like",
            CHUNKSCOPE_LLM_MODEL="slow:1",
            CHUNKSCOPE_LLM_BASE_URL=slow_server.base_url,
        )
    )
    app.accepts_model = True
    return app


def panel(app: App):
    return app.page.locator("[class*=st-key-metadata]")


def start(app: App) -> None:
    panel(app).get_by_role("button", name="Write the missing").click()
    app.page.get_by_role("dialog").get_by_role("button", name="Start").click()


def test_nothing_is_asked_before_the_estimate_is_confirmed_and_each_text_only_once(
    app: App, slow_server: OpenAIServer, tmp_path: Path
) -> None:
    app.open_notes(WRITTEN)
    page, calls = app.page, int(panel(app).get_by_role("button", name="Write the missing").inner_text().split()[-2])
    before = metadata_calls(slow_server)
    panel(app).get_by_role("button", name="Write the missing").click()
    facts = page.get_by_role("dialog").locator(".cs-facts")
    for said in ("Calls", str(calls), "Tokens in", "Tokens out", "Cost", "unknown", "Time"):
        expect(facts).to_contain_text(said)
    assert metadata_calls(slow_server) == before
    page.get_by_role("dialog").get_by_role("button", name="Start").click()
    expect(panel(app).get_by_role("progressbar")).to_be_visible()
    expect(panel(app)).to_contain_text(f"{calls // 2} of {calls // 2} chunks")
    app.settle()
    assert metadata_calls(slow_server) == before + calls
    expect(app.figure(0, "entries")).not_to_have_text(app.figure(0, "chunks").inner_text())
    with page.expect_download() as download:
        panel(app).get_by_role("button", name="Export").click()
    exported = json.loads(Path(download.value.path()).read_text())
    assert len(exported) == calls // 2
    assert all({"section_summary", "start", "end"} <= entry.keys() for entry in exported.values())


def test_a_pause_holds_calls_back_and_what_is_there_is_searched(app: App, slow_server: OpenAIServer) -> None:
    app.open_notes(WRITTEN.replace("chunk_tokens=48", "chunk_tokens=24"))
    start(app)
    panel(app).get_by_role("button", name="Pause").click()
    expect(panel(app).get_by_role("button", name="Resume")).to_be_visible()
    expect(app.page.locator('[data-test-script-state="notRunning"]')).to_be_attached()  # nobody watches a pause
    panel(app).get_by_role("button", name="Resume").click()
    expect(panel(app).get_by_role("button", name="Export")).to_be_visible()
    expect(panel(app).get_by_role("button", name="Write the missing")).to_have_count(0)


def test_a_set_that_does_not_fit_is_refused_with_numbers(app: App, tmp_path: Path) -> None:
    app.open_notes(WRITTEN)
    path = tmp_path / "other.json"
    entry = {"section_summary": "Otters.", "questions_this_excerpt_can_answer": "1. What do otters eat?"}
    path.write_text(json.dumps({f"node-{i}": entry for i in range(77)}))
    panel(app).get_by_role("button", name="Import").click()
    app.page.locator("[data-testid=stPopoverBody] input[type=file]").set_input_files(path)
    app.page.get_by_role("button", name="Use this set").click()
    expect(app.page.get_by_test_id("stAlert").filter(has_text="77")).to_be_visible()


def metadata_calls(server: OpenAIServer) -> int:
    """Answers are asked for too; their prompt numbers its excerpts."""
    return sum("numbered excerpts" not in str(noted.body["messages"]) for noted in server.requests)
