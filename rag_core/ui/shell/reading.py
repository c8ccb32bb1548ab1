"""What each browser session has open, so that the model reads it before a question is asked.

A page calls `hold(documents, strategies, vectors)` in every run, with what is chosen now. It returns at once and draws
nothing. Until the server's first page is drawn (`start.is_starting`) nothing is read: importing torch would delay it.
Documents other than the sample end the server's preparation of the sample (`start.give_way`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.parts.parser import Parser
from rag_core.strategy import Strategy
from rag_core.ui.shell import start
from rag_core.ui.shell.session import SAMPLE, session
from rag_core.ui.shell.session_holds import SessionHolds


def hold(documents: Sequence[Document], strategies: Iterable[Strategy], vectors: Vectors | None) -> None:
    """Have the model read the documents in the background, if a strategy pools late; all others are released.

    `vectors` are those of the session's model, whose info is loaded; None if there is no model. A model without token
    vectors, such as one behind a server, is not asked for anything. A document that a strategy has read again by
    another parser is left to the comparison: parsing it would delay the page.
    """
    context = get_script_run_ctx()
    assert context is not None, "hold() is for a page's script"
    can_pool = vectors is not None and "late" in vectors.model.poolings
    readings = [
        (document, strategy.search.pools.window_overlap_percent)
        for strategy in (strategies if can_pool else ())
        for document in documents
        if strategy.search.pools.pooling == "late" and _is_read_as_opened(document, strategy.parser)
    ]
    if documents and SAMPLE not in session().documents.wanted:
        start.give_way()
    _holds.replace(context.session_id, vectors.token_vectors if vectors else None, readings)


def _is_read_as_opened(document: Document, parser: Parser) -> bool:
    return parser.has_read(document) or not parser.applies_to(document)


def _is_connected(session: str) -> bool:
    try:
        return runtime.get_instance().is_active_session(session)
    except RuntimeError:  # the server has ended
        return False


_holds = SessionHolds(_is_connected, start.is_starting)
