"""A closed tab leaves no work behind, and a connection that comes back finds its work again."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from app_window import QUESTION, SPECS, App, Upload
from conftest import TIMEOUT_MS, Server
from lost_connections import can_be_lost, lose, restore
from playwright.sync_api import expect

from tests.fakes.openai_server.server import OpenAIServer

pytestmark = pytest.mark.browser
LATE = "baseline:search.pooling=late,search.window_overlap_percent=75"
# Of the processor, in 5 s, for a server that has nothing to do; the model alone would take most of a core.
IDLE_S = 0.5
WORDS = [
    "otter",
    "river",
    "glacier",
    "lamp",
    "keeper",
    "letter",
    "oil",
    "stair",
    "bread",
    "yeast",
    "council",
    "harbour",
    "ledger",
    "ship",
    "season",
    "valve",
]


def long_text(name: str, paragraphs: int) -> Upload:
    """Words that the model has to read; different ones for each name."""
    pick = random.Random(name)
    sentences = (" ".join(pick.choices(WORDS, k=12)).capitalize() + "." for _ in range(8 * paragraphs))
    return Upload(name, " ".join(sentences).encode())


def used_s(server: Server) -> float:
    """The processor time of the server and its children so far."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if server.process and int(fields[2]) == server.process.pid:  # its group
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def wait_until(condition: Callable[[], bool], what: str) -> None:
    give_up_s = time.monotonic() + TIMEOUT_MS / 1000
    while not condition():
        assert time.monotonic() < give_up_s, what
        time.sleep(0.1)


def expect_idle(server: Server) -> None:
    """From 5 s after the connection has closed, the server does nothing."""
    time.sleep(5)
    before_s = used_s(server)
    time.sleep(5)
    assert used_s(server) - before_s < IDLE_S


def is_reading(app: App) -> None:
    expect(app.page.locator(".cs-busy").first).to_contain_text("Reading the document")


def choose(app: App, upload: Upload) -> None:
    app.expect_results(1)
    app.page.get_by_role("button", name="Add documents").click()
    app.page.locator("input[type=file]").set_input_files([upload.payload()])


@pytest.fixture(scope="module")
def prepared(start_server: Callable[..., Server]) -> Server:
    return start_server()


@pytest.fixture
def app(new_app: Callable[..., App], prepared: Server) -> App:
    """A window on a server that has loaded everything and prepared its sample."""
    app = new_app(prepared)
    app.open_notes()
    return app


@pytest.mark.parametrize("spec", [LATE, "baseline:chunker.chunk_tokens=64,search.pooling=per_chunk"])
def test_a_closed_tab_ends_the_reading_of_its_document(app: App, prepared: Server, spec: str) -> None:
    app.open(spec, q=QUESTION)
    choose(app, long_text(f"{len(spec)}.txt", 3000))
    expect(app.page.locator(".cs-busy").first).to_contain_text("left")
    app.page.close()
    expect_idle(prepared)


def test_another_session_still_gets_what_both_wanted(app: App, new_app: Callable[..., App], prepared: Server) -> None:
    upload, other = long_text("both.txt", 150), new_app(prepared)
    for window in (app, other):
        window.open(LATE, q=QUESTION)
        choose(window, upload)
    is_reading(other)
    app.page.close()
    other.expect_results(1)


def test_a_connection_that_comes_back_goes_on_reading(app: App) -> None:
    can_be_lost(app.page)
    app.open(LATE, q=QUESTION)
    choose(app, long_text("again.txt", 150))
    is_reading(app)
    view = app.address()
    lose(app.page)
    app.page.wait_for_timeout(6000)
    restore(app.page)
    app.expect_results(1)
    expect(app.question).to_have_value(QUESTION)
    expect(app.chosen).to_have_text(["again.txt"])
    assert app.address()["s"] == view["s"]


@pytest.fixture(scope="module")
def chat_server() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    yield server
    server.end()


@pytest.fixture(scope="module")
def answering(start_server: Callable[..., Server], chat_server: OpenAIServer) -> Server:
    return start_server(
        CHUNKSCOPE_LLM="openai-like",
        CHUNKSCOPE_LLM_MODEL="slow:100",
        CHUNKSCOPE_LLM_BASE_URL=chat_server.base_url,
        CHUNKSCOPE_LLM_TIMEOUT_S="200",
    )


def ask_slow_model(app: App, chat_server: OpenAIServer, question: str) -> None:
    """Two columns ask for answers that take longer than the test."""
    app.accepts_model = True
    app.open(*SPECS, q=question)
    wait_until(lambda: chat_server.record.at_once == 2, "both columns ask")


def test_a_closed_tab_aborts_the_requests_for_its_answers(
    new_app: Callable[..., App], answering: Server, chat_server: OpenAIServer
) -> None:
    app = new_app(answering)
    ask_slow_model(app, chat_server, QUESTION)
    app.page.close()
    time.sleep(5)
    assert chat_server.record.at_once == 0


def test_another_question_aborts_the_requests_of_the_one_before(
    new_app: Callable[..., App], answering: Server, chat_server: OpenAIServer
) -> None:
    app = new_app(answering)
    ask_slow_model(app, chat_server, "First?")
    app.ask("Second?")
    wait_until(lambda: chat_server.record.at_once == 2 and "Second?" in prompt(chat_server), "the second is asked")
    app.page.close()
    wait_until(lambda: chat_server.record.at_once == 0, "both are aborted")


def test_a_connection_that_comes_back_asks_again(
    new_app: Callable[..., App], answering: Server, chat_server: OpenAIServer
) -> None:
    app = new_app(answering)
    can_be_lost(app.page)
    ask_slow_model(app, chat_server, "Again?")
    before = len(chat_server.record.requests)
    lose(app.page)
    wait_until(lambda: chat_server.record.at_once == 0, "nobody waits for the answers")
    restore(app.page)
    wait_until(lambda: chat_server.record.at_once == 2, "both columns ask again")
    assert len(chat_server.record.requests) == before + 2
    app.page.close()


def prompt(chat_server: OpenAIServer) -> str:
    return str(chat_server.record.requests[-1].body["messages"])
