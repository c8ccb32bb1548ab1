"""How many actions are lost where many people use one server at once, each in a browser window of their own.

    python -m tests.benchmarks.parallel_sessions [--sessions 12] [--actions 300] [--late 0 0.6]

Each window asks questions and moves the slider of one of two columns, each action as soon as it has the one before in
its address or, every other time, without waiting. Messages are late by a random time in each direction. An action is
lost if the view does not have it once all messages have arrived. Exits with 1 if one is.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Browser

from tests.benchmarks.slider import PATIENCE_S, WINDOW, chromium, served
from tests.browser.app_window import App
from tests.browser.late_messages import be_late

SIZES = (64, 96, 128, 160, 192, 256)
_AT_REST_S = 3.0


@dataclass
class Person:
    """A window, and the view that its person expects."""

    number: int
    app: App
    question: str = ""
    sizes: list[int] = field(default_factory=lambda: [96, 96])
    lost: list[str] = field(default_factory=list)

    def act(self, step: int, chance: random.Random) -> None:
        """Ask another question, or press an arrow key at a slider."""
        if chance.random() < 0.5:
            self.question = f"Question {step} of person {self.number}?"
            self.app.question.fill(self.question)
            self.app.question.press("Enter")
            return
        column = chance.randrange(2)
        up = self.sizes[column] == SIZES[0] or (self.sizes[column] != SIZES[-1] and chance.random() < 0.5)
        self.sizes[column] = SIZES[SIZES.index(self.sizes[column]) + (1 if up else -1)]
        slider = self.app.column(column).get_by_role("slider", name="Chunk size")
        slider.press("ArrowRight" if up else "ArrowLeft")

    def has_view(self) -> bool:
        """Whether the address has everything that was done."""
        return self._view() == (self.question, self.sizes)

    def _view(self) -> tuple[str, list[int]]:
        address = self.app.address()
        sizes = [int(spec.split("chunk_tokens=")[1].split(",")[0]) for spec in address["s"]]
        return address.get("q", [""])[0], sizes

    def check(self, step: int) -> None:
        """Wait until the view is as expected; what is not there after a long time is lost, and no longer expected."""
        until_s = time.monotonic() + PATIENCE_S / 5
        while not self.has_view() and time.monotonic() < until_s:
            self.app.page.wait_for_timeout(100)
        if not self.has_view():
            self.lost.append(f"step {step}: {self.question} {self.sizes}, but {self.app.address()}")
            self.question, self.sizes = self._view()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=12)
    parser.add_argument("--actions", type=int, default=300, help="in all sessions together")
    parser.add_argument("--late", type=float, nargs=2, default=(0.0, 0.6), metavar=("MIN_S", "MAX_S"))
    options = parser.parse_args()
    with served() as (url, _), chromium() as browser:
        people = [_person(browser, url, number, options.late) for number in range(options.sessions)]
        lost = _lost(people, options.actions)
    late = " to ".join(map(str, options.late))
    print(f"{len(people)} sessions, {options.actions} actions, messages {late} s late: {len(lost)} lost.")
    print("\n".join(lost), end="", file=sys.stderr)
    sys.exit(1 if lost else 0)


def _person(browser: Browser, url: str, number: int, late: Sequence[float]) -> Person:
    page = browser.new_context(viewport=WINDOW).new_page()
    page.set_default_timeout(1000 * PATIENCE_S)
    be_late(page, *late)
    app = App(page, url)
    app.open("baseline:chunker.chunk_tokens=96", "baseline:chunker.chunk_tokens=96,search.pooling=per_chunk")
    app.settle()
    return Person(number, app)


def _lost(people: Sequence[Person], actions: int) -> list[str]:
    """What was lost, after everybody has acted in turn; every other action of a person follows at once."""
    chance = random.Random(7)
    for step in range(actions):
        person = people[step % len(people)]
        person.act(step, chance)
        if step // len(people) % 2:
            person.check(step)
    for person in people:
        person.check(actions)
    time.sleep(_AT_REST_S)  # a message that is late must not take anything back
    for person in people:
        person.check(actions)
    return [sentence for person in people for sentence in person.lost]


if __name__ == "__main__":
    main()
