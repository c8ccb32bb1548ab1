"""A document that the model reads in a background thread, for as long as somebody wants it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from rag_core.embeddings.late.token_vectors import TokenVectors
from rag_core.errors import UserError
from rag_core.progress import Progress, Report, ignore

_log = logging.getLogger(__name__)
_POLL_S = 0.1
Work = Callable[[Report], TokenVectors]


class _Cancelled(Exception):
    """Raised inside the pass, between two batches, when nobody wants the document any more."""


class ReadingJob:
    """One pass of the model over one document. `waiters` counts the threads in `wait`; its owner keeps the count."""

    def __init__(
        self, work: Work, *, cancel_if_unwanted: Callable[[ReadingJob], bool], ended: Callable[[ReadingJob], None]
    ) -> None:
        """`work` reads the document and reports after each batch; a true answer of `cancel_if_unwanted` ends it then.

        `ended` is called in the job's thread after success, error or cancellation, before waiters are woken.
        """
        self.waiters = 0
        self._work, self._cancel_if_unwanted, self._ended = work, cancel_if_unwanted, ended
        self._latest = Progress("Reading the document", 0, 1)
        self._done = threading.Event()
        self._tokens: TokenVectors | None = None
        self._error: BaseException | None = None

    def start(self) -> None:
        """Start the thread; returns at once."""
        threading.Thread(target=self._run, name="read-document", daemon=True).start()

    def wait(self, report: Report = ignore) -> TokenVectors:
        """The document's token vectors. Raises what the pass raised, and what `report` raises."""
        while not self._done.wait(_POLL_S):
            report(self._latest)
        if self._tokens is None:
            assert self._error is not None
            raise self._error
        return self._tokens

    def _run(self) -> None:
        try:
            self._tokens = self._work(self._note)
        except (_Cancelled, UserError) as error:
            self._error = error
        except BaseException as error:
            _log.exception("A document could not be read")  # there may be no waiter to say so
            self._error = error
        finally:
            self._ended(self)
            self._done.set()

    def _note(self, progress: Progress) -> None:
        self._latest = progress
        complete = progress.done >= progress.total
        if not complete and self._cancel_if_unwanted(self):
            raise _Cancelled
