"""Uploads that are being opened, each in a thread of its own: a click on the page does not begin the reading again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection

from rag_core import interrupts
from rag_core.documents.page_progress import reporting
from rag_core.errors import UserError
from rag_core.progress import Progress, Report, ignore


class _NotWanted(BaseException):
    """Raised in the thread when nobody wants the document any more; the process that reads it is killed."""


class Opening:
    """One file that is being opened; `outcome` is the document's key, or why there is none, and None until then."""

    def __init__(self, work: Callable[[], str]) -> None:
        self._work = work
        self._wanted = False
        self._ended = threading.Event()
        self.outcome: str | UserError | None = None
        self._error: Exception | None = None
        self._progress: Progress | None = None

    def begin(self) -> None:
        """Begin, or begin again after `end`."""
        if not self._wanted and not self._ended.is_set():
            self._wanted = True
            threading.Thread(target=self._run, name="open-document", daemon=True).start()

    def end(self) -> None:
        """Give up, unless it has ended."""
        self._wanted = False

    def wait(self, report: Report) -> str | UserError:
        """The outcome; reports the progress meanwhile, and ends the page's run if the user acts."""
        while not self._ended.wait(interrupts.POLL_S):
            interrupts.check()
            if self._progress is not None:
                report(self._progress)
        if self._error is not None:
            raise self._error
        assert self.outcome is not None
        return self.outcome

    def _run(self) -> None:
        interrupts.set_check(self._check)
        try:
            with reporting(self._note):
                self.outcome = self._work()
        except _NotWanted:
            return
        except UserError as error:
            self.outcome = error
        except Exception as error:  # raised in `wait`, where it can be seen
            self._error = error
        self._ended.set()

    def _note(self, progress: Progress) -> None:
        self._progress = progress

    def _check(self) -> None:
        if not self._wanted:
            raise _NotWanted


class Openings:
    """The files that one session is opening, by the ids of the uploads; work that ends when the session leaves."""

    key = "openings"

    def __init__(self) -> None:
        self._running: dict[str, Opening] = {}

    def outcome(self, file_id: str, work: Callable[[], str], report: Report = ignore) -> str | UserError:
        """What comes of opening the file: of the work that goes on, or of this; `report` gets its progress."""
        opening = self._running.setdefault(file_id, Opening(work))
        opening.begin()
        outcome = opening.wait(report)
        del self._running[file_id]
        return outcome

    def keep(self, file_ids: Collection[str]) -> None:
        """Give up all other files."""
        for file_id in self._running.keys() - set(file_ids):
            self._running.pop(file_id).end()

    def begin(self) -> None:
        """Go on with those that were given up."""
        for opening in list(self._running.values()):
            opening.begin()

    def end(self) -> None:
        """Give up those that have not ended."""
        for opening in list(self._running.values()):
            opening.end()
