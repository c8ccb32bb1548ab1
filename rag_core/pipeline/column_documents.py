"""The documents of a column: as the strategy's parser reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.pipeline.rereading import reread
from rag_core.stages.resources import Resources
from rag_core.strategy import Strategy


class ColumnDocuments(NamedTuple):
    """The documents that a strategy searches, and what the user should know about how they were read."""

    documents: list[Document]
    notices: tuple[str, ...]


def column_documents(strategy: Strategy, documents: Sequence[Document], resources: Resources | None) -> ColumnDocuments:
    """The documents as the strategy's parser reads them, from the cache where they were read before.

    A parser that does not apply to a document's format is ignored there, and a notice says so. Raises UserError where
    the parser cannot read a document.
    """
    parser = strategy.parser
    notices = [
        f"The parser {parser.kind} does not read {document.name}; its text is by the parser {document.parser}."
        for document in documents
        if not parser.applies_to(document)
    ]
    return ColumnDocuments([reread(document, parser, resources) for document in documents], tuple(notices))


def searched_documents(strategies: Sequence[Strategy], documents: Sequence[Document]) -> list[Document]:
    """Each text that the strategies search, once; raises UserError where a parser cannot read a document."""
    used = [document for strategy in strategies for document in column_documents(strategy, documents, None).documents]
    return distinct_documents(documents, used)


def distinct_documents(given: Sequence[Document], used: Iterable[Document]) -> list[Document]:
    """Each text that columns use once: the readings of a given document stand together, in the given order."""
    order = {document.source_id: position for position, document in enumerate(given)}
    by_id = {document.id: document for document in used}
    return sorted(by_id.values(), key=lambda document: order[document.source_id])
