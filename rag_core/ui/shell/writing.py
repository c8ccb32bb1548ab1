"""Summaries and questions that are written for a session: they go on as long as it is there and has the documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rag_core.documents.document import Document
from rag_core.pipeline.enrichment import WritingRequest, hold_writing, release_writing
from rag_core.ui.shell.session import session
from rag_core.ui.shell.wanted import want


class HeldWriting:
    """Jobs of the process that write texts, held by one session; others may hold the same."""

    def __init__(self, requests: Mapping[str, WritingRequest]) -> None:
        self.key = list(requests)
        self._requests = list(requests.values())

    def begin(self) -> None:
        """Hold the jobs, and begin again those that were left."""
        for request in self._requests:
            hold_writing(request, self)

    def end(self) -> None:
        """Stop the jobs that nobody else holds."""
        for request in self._requests:
            release_writing(request, self)


def hold_written(running: Iterable[WritingRequest], opened: Sequence[Document]) -> None:
    """Hold these jobs, and those held before about documents that are still open, whichever page is shown."""
    state, sources = session(), {document.source_id for document in opened}
    kept = [one for one in state.writing if {document.source_id for document in one.documents} <= sources]
    requests = {_key(request): request for request in [*kept, *running]}
    state.writing = list(requests.values())
    want("writing", HeldWriting(requests) if requests else None)


def _key(request: WritingRequest) -> str:
    ids = [document.id for document in request.documents]
    return f"{request.llm.identity} {request.strategy.model_dump_json()} {ids}"
