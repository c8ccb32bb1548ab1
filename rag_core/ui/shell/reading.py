"""What each browser session has open, so that the model reads it before a question is asked.

A page calls `hold(documents, strategies, vectors)` in every run, with what is chosen now. It returns at once and draws
nothing. Until the server's first page is drawn (`start.is_starting`) nothing is read: importing torch would delay it.
Documents other than the sample end the server's preparation of the sample (`start.give_way`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from weakref import ref

from rag_core.documents.document import Document
from rag_core.embeddings.late.token_vector_store import TokenVectorStore
from rag_core.embeddings.pooling import Pools
from rag_core.embeddings.vectors import Vectors
from rag_core.parts.parser import Parser
from rag_core.strategy import Strategy
from rag_core.ui.shell import start
from rag_core.ui.shell.session import SAMPLE, session
from rag_core.ui.shell.wanted import want


def hold(documents: Sequence[Document], strategies: Iterable[Strategy], vectors: Vectors | None) -> None:
    """Have the model read the documents in the background, if a strategy pools late; all others are released.

    `vectors` are those of the session's model, whose info is loaded; None if there is no model. A model without token
    vectors, such as one behind a server, is not asked for anything. A document that a strategy has read again by
    another parser is left to the comparison: parsing it would delay the page.
    """
    readings = [
        (document, pools.window_overlap_percent)
        for strategy, pools in _pooled_late(strategies, vectors)
        for document in documents
        if _is_read_as_opened(document, strategy.parser)
    ]
    if documents and SAMPLE not in session().documents.wanted:
        start.give_way()
    want("reading", Reading(vectors.token_vectors, readings) if vectors else None)


def _pooled_late(strategies: Iterable[Strategy], vectors: Vectors | None) -> Iterator[tuple[Strategy, Pools]]:
    if vectors is None or "late" not in vectors.model.poolings:
        return
    for strategy in strategies:
        pools = strategy.pools(vectors.model)
        if pools.pooling == "late":
            yield strategy, pools


class Reading:
    """Documents that the model reads, each with the overlap of its windows in percent.

    Weak: a tab that is open keeps neither a model nor a document in memory that nothing else uses any more.
    """

    def __init__(self, store: TokenVectorStore, readings: Sequence[tuple[Document, int]]) -> None:
        self._store = ref(store)
        self._readings = [(ref(document), overlap_percent) for document, overlap_percent in readings]
        self.key = (self._store, [(document.id, overlap_percent) for document, overlap_percent in readings])

    def begin(self) -> None:
        """Have the documents read, as far as they are not."""
        if (store := self._store()) is not None:
            for reference, overlap_percent in self._readings:
                if (document := reference()) is not None:
                    store.begin(document, overlap_percent, self)

    def end(self) -> None:
        """Have only those read that others want."""
        if (store := self._store()) is not None:
            store.release(self)


def _is_read_as_opened(document: Document, parser: Parser) -> bool:
    return parser.has_read(document) or not parser.applies_to(document)
