"""One document being read in the background: whoever waits for it sees how far it is, and may stop waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable

from rag_core.embeddings.late.token_vectors import TokenVectors
from rag_core.progress import Progress, Report, ignore

_WAIT_S = 0.1


class ReadingJob:
    """Runs to its end even where those who asked for it went elsewhere, since they come back for it: a click in the
    page stops its script, and minutes of reading must not be lost with it.
    """

    def __init__(self, work: Callable[[Report], TokenVectors]) -> None:
        """`work` reads the document, reporting as it goes."""
        self._work = work
        self._latest = Progress("Reading the document", 0, 1)
        self._done = threading.Event()
        self._read: TokenVectors | None = None
        self._error: BaseException | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        threading.Thread(target=self._run, name="read-document", daemon=True).start()

    def wait(self, report: Report = ignore) -> TokenVectors:
        """What was read; raises what reading raised, and what `report` raises."""
        while not self._done.wait(_WAIT_S):
            report(self._latest)
        if self._read is None:
            assert self._error is not None
            raise self._error
        return self._read

    def _run(self) -> None:
        try:
            self._read = self._work(self._note)
        except BaseException as error:  # kept for those who wait; a thread's own end would tell nobody
            self._error = error
        finally:
            self._done.set()

    def _note(self, progress: Progress) -> None:
        self._latest = progress
