"""Who comes while a cancelled pass is ending gets a pass of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from rag_core.embeddings.late.reading_jobs import ReadingJobs
from rag_core.embeddings.late.token_vectors import TokenVectors
from rag_core.progress import Progress
from tests.fakes.gated_model import passes_end

_TIMEOUT_S = 60
_NONE = np.zeros(0, np.int32)


class Pass:
    """Work that stops before its first report, and after it was cancelled, until the test goes on."""

    def __init__(self):
        self.begun, self.go, self.cancelled, self.leave = (threading.Event() for _ in range(4))
        self.tokens = TokenVectors(np.zeros((0, 8), np.float16), _NONE, _NONE)

    def __call__(self, report):
        self.begun.set()
        assert self.go.wait(_TIMEOUT_S)
        try:
            report(Progress("Reading", 0, 1))
        except BaseException:
            self.cancelled.set()
            assert self.leave.wait(_TIMEOUT_S)
            raise
        return self.tokens


def never(report):
    raise AssertionError("a third pass was started")


def test_a_cancelled_pass_that_is_ending_is_neither_joined_nor_takes_its_successor_with_it():
    jobs, first, second = ReadingJobs(), Pass(), Pass()
    jobs.hold("text", first, "one")
    jobs.release("one")
    first.go.set()
    assert first.cancelled.wait(_TIMEOUT_S)
    jobs.hold("text", second, "two")
    assert second.begun.wait(_TIMEOUT_S)
    first.leave.set()
    while sum(thread.name == "read-document" for thread in threading.enumerate()) > 1:
        threading.Event().wait(0.01)
    with ThreadPoolExecutor() as threads:
        joined = threading.Event()
        found = threads.submit(jobs.wait, "text", never, lambda _: joined.set())
        assert joined.wait(_TIMEOUT_S)
        second.go.set()
        assert found.result(_TIMEOUT_S) is second.tokens
    passes_end()


def test_a_complete_pass_is_not_thrown_away_because_everybody_left_meanwhile():
    jobs, released, cached = ReadingJobs(), threading.Event(), threading.Event()

    def work(report):
        assert released.wait(_TIMEOUT_S)
        report(Progress("Reading", 1, 1))
        cached.set()
        return Pass().tokens

    jobs.hold("text", work, "one")
    jobs.release("one")
    released.set()
    passes_end()
    assert cached.is_set()
