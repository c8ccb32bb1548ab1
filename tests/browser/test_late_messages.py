"""What the user did last wins, however late messages arrive."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from app_window import QUESTION, SPECS, App
from late_messages import be_late
from playwright.sync_api import Locator, expect

pytestmark = pytest.mark.browser
NOBODY = f"{'0' * 16}-nobody.txt"  # a document that is not there: runs are short
LATE = [(0.3, 1.2), (0.4, 3.0)]
SMALLER = "baseline:chunker.chunk_tokens=64"


@pytest.fixture(params=LATE, ids=lambda late: f"{late[0]}-{late[1]} s")
def late(app: App, request: pytest.FixtureRequest) -> App:
    return opened_late(app, *request.param)


@pytest.fixture
def slow(app: App) -> App:
    return opened_late(app, 0.5, 1.5)


def opened_late(app: App, min_s: float, max_s: float, doc: str = NOBODY) -> App:
    be_late(app.page, min_s, max_s)
    app.open(*SPECS, doc=doc)
    app.settle()
    return app


def size(app: App, position: int) -> Locator:
    return app.column(position).get_by_role("slider", name="Chunk size")


def ask_at_once(app: App, question: str) -> None:
    app.question.fill(question)
    app.question.press("Enter")


def expect_view(app: App, question: str, *specs: str) -> None:
    """The view is in the address once all messages have arrived, and stays there."""
    app.wait_for_address("s", *specs)
    app.wait_for_address("q", *([question] if question else []))
    app.page.wait_for_timeout(7000)  # longer than a message and its answer take
    app.settle()
    assert app.address().get("s") == list(specs)
    assert app.address().get("q", [""]) == [question]
    expect(app.question).to_have_value(question)


def test_a_question_typed_after_a_slider_move_is_asked(late: App) -> None:
    size(late, 0).press("ArrowLeft")
    late.page.wait_for_timeout(500)
    ask_at_once(late, "Which question is this?")
    expect_view(late, "Which question is this?", SMALLER, SPECS[1])


def test_quick_arrow_keys_end_at_the_size_of_the_last(late: App) -> None:
    for pause_ms in (100, 400, 300, 50, 900, 300):
        size(late, 0).press("ArrowRight")
        late.page.wait_for_timeout(pause_ms)
        size(late, 1).press("ArrowRight")
    first, second = "baseline:chunker.chunk_tokens=384", SPECS[1].replace("=96", "=384")
    ask_at_once(late, "How large?")
    expect_view(late, "How large?", first, second)
    expect(size(late, 0)).to_have_attribute("aria-valuetext", "384")
    expect(size(late, 1)).to_have_attribute("aria-valuetext", "384")


def test_each_of_several_quick_clicks_counts(slow: App) -> None:
    slow.page.get_by_role("button", name="Column", exact=True).click()
    slow.page.get_by_role("radio", name="Equal k").click(force=True)
    slow.page.get_by_role("button", name="Column", exact=True).click()
    size(slow, 1).press("ArrowRight")
    ask_at_once(slow, "All of it?")
    slow.wait_for_address("q", "All of it?")
    slow.wait_for_address("k", "3")
    slow.page.wait_for_timeout(4000)
    slow.settle()
    assert len(slow.address()["s"]) == 4
    assert slow.address()["s"][1] == SPECS[1].replace("=96", "=128")


def test_questions_in_quick_succession_end_at_the_last(slow: App) -> None:
    for question in ("First?", "Second?", "Third?"):
        ask_at_once(slow, question)
        slow.page.wait_for_timeout(300)
    expect_view(slow, "Third?", *SPECS)


def test_what_is_being_typed_stays_while_older_messages_arrive(slow: App) -> None:
    ask_at_once(slow, "Before?")
    size(slow, 0).press("ArrowLeft")
    slow.question.fill("Half a quest")
    slow.wait_for_address("q", "Before?")
    slow.wait_for_address("s", SMALLER, SPECS[1])
    slow.settle()
    expect(slow.question).to_have_value("Half a quest")
    slow.question.press("End")
    slow.question.press_sequentially("ion?")
    slow.question.press("Enter")
    expect_view(slow, "Half a question?", SMALLER, SPECS[1])


def test_a_page_opened_after_a_slider_move_shows_the_move(slow: App) -> None:
    size(slow, 0).press("ArrowLeft")
    slow.page.wait_for_timeout(300)
    slow.page.get_by_role("link", name="Chunks", exact=True).click()
    expect(slow.page.locator(".st-key-lane0").get_by_role("slider", name="Chunk size")).to_have_attribute(
        "aria-valuetext", "64"
    )
    slow.settle()
    slow.page.get_by_role("link", name="Compare", exact=True).click()
    expect(size(slow, 0)).to_have_attribute("aria-valuetext", "64")
    slow.wait_for_address("s", SMALLER, SPECS[1])


def test_back_shows_the_view_before_and_a_later_move_counts(slow: App) -> None:
    ask_at_once(slow, "First?")
    slow.wait_for_address("q", "First?")
    ask_at_once(slow, "Second?")
    slow.wait_for_address("q", "Second?")
    slow.page.go_back()
    expect(slow.question).to_have_value("First?")  # a move before that would be the user's last word
    size(slow, 0).press("ArrowLeft")
    expect_view(slow, "First?", SMALLER, SPECS[1])


def test_sessions_side_by_side_lose_nothing(new_app: Callable[..., App], server: object) -> None:
    apps = [opened_late(new_app(server), 0.3, 1.0, doc="sample") for _ in range(3)]
    for step in range(3):
        for number, app in enumerate(apps):
            size(app, 0).press("ArrowRight")
            ask_at_once(app, f"{QUESTION} {number}.{step}")
    for number, app in enumerate(apps):
        expect_view(app, f"{QUESTION} {number}.2", "baseline:chunker.chunk_tokens=192", SPECS[1])
        app.expect_results(2)
