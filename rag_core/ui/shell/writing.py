"""Texts about chunks that are written for a session: they go on as long as it is there and has the documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag_core.documents.document import Document
from rag_core.pipeline.enrichment import WritingRequest, hold_writing, release_writing
from rag_core.ui.shell.session import session
from rag_core.ui.shell.wanted import want


class HeldWriting:
    """Jobs of the process that write texts, by their keys, held by one session; others may hold the same."""

    def __init__(self, requests: Mapping[str, WritingRequest]) -> None:
        self.key = list(requests)
        self._requests = requests

    def begin(self) -> None:
        """Hold the jobs, and begin again those that were left."""
        for key, request in self._requests.items():
            hold_writing(key, request, self)

    def end(self) -> None:
        """Stop the jobs that nobody else holds."""
        for key in self._requests:
            release_writing(key, self)


def hold_written(running: Mapping[str, WritingRequest], opened: Sequence[Document]) -> None:
    """Hold these jobs, and those held before about documents that are still open, whichever page is shown."""
    state, sources = session(), {document.source_id for document in opened}
    kept = {
        key: request
        for key, request in state.writing.items()
        if {document.source_id for document in request.documents} <= sources
    }
    state.writing = {**kept, **running}
    want("writing", HeldWriting(state.writing) if state.writing else None)
