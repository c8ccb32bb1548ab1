"""What the tests of the pages share."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

WORK = ("prepare-sample", "read-document")  # threads that pages start


@pytest.fixture(scope="session", autouse=True)
def work_in_the_background_ends() -> Iterator[None]:
    """Python must not end while a thread computes in torch: the process would abort."""
    yield
    for thread in threading.enumerate():
        if thread.name in WORK:
            thread.join(300)
