"""Waiting for what happens in another thread or process."""

import time
from collections.abc import Callable

PATIENCE_S = 60  # for machines with other work; what never happens fails the test


def wait_until(happened: Callable[[], object]) -> None:
    """Return as soon as `happened` is true; fails the test after a minute."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline_s, "it never happened"
        time.sleep(0.01)
