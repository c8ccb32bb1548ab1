"""What the user did last wins, however late messages arrive."""

from __future__ import annotations

import pytest
from app_window import SPECS, App
from late_messages import be_late
from playwright.sync_api import Locator, expect

pytestmark = pytest.mark.browser
NOBODY = f"{'0' * 16}-nobody.txt"  # a document that is not there: runs are short
LATE = [(0.3, 1.2), (0.4, 3.0)]


@pytest.fixture(params=LATE, ids=lambda late: f"{late[0]}-{late[1]} s")
def late(app: App, request: pytest.FixtureRequest) -> App:
    be_late(app.page, *request.param)
    app.open(*SPECS, doc=NOBODY)
    app.settle()
    return app


def size(app: App, position: int) -> Locator:
    return app.column(position).get_by_role("slider", name="Chunk size")


def ask_at_once(app: App, question: str) -> None:
    app.question.fill(question)
    app.question.press("Enter")


def expect_view(app: App, question: str, *specs: str) -> None:
    """What is expected is in the address when all messages have arrived, and stays."""
    app.wait_for_address("s", *specs)
    app.wait_for_address("q", question)
    app.settle()
    app.page.wait_for_timeout(7000)  # longer than a message and its answer can take
    app.settle()
    assert app.address()["s"] == list(specs)
    assert app.address()["q"] == [question]
    expect(app.question).to_have_value(question)


def test_a_question_typed_after_a_slider_move_is_asked(late: App) -> None:
    size(late, 0).press("ArrowLeft")
    late.page.wait_for_timeout(500)
    ask_at_once(late, "Which question is this?")
    expect_view(late, "Which question is this?", "baseline:chunker.chunk_tokens=64", SPECS[1])


def test_quick_arrow_keys_end_at_the_size_of_the_last(late: App) -> None:
    for pause_ms in (100, 400, 300, 50, 900, 300):
        size(late, 0).press("ArrowRight")
        late.page.wait_for_timeout(pause_ms)
        size(late, 1).press("ArrowLeft")
    ask_at_once(late, "How large?")
    second = "chunk_references:chunker.chunk_tokens=24,reference.child_tokens=32"
    late.wait_for_address("q", "How large?")
    late.settle()
    expect(size(late, 0)).to_have_attribute("aria-valuetext", "320")
