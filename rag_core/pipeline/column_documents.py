"""The documents that a column searches, as parsed by the strategy's parser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.parts.parser.offer import NotReadYet
from rag_core.pipeline.rereading import reread
from rag_core.stages.resources import ReadingResources
from rag_core.strategy import Strategy


class ColumnDocuments(NamedTuple):
    """The documents that a strategy searches, and messages for the user about how they were parsed."""

    documents: list[Document]
    notices: tuple[str, ...]


def column_documents(
    strategy: Strategy, documents: Sequence[Document], resources: ReadingResources | None
) -> ColumnDocuments:
    """The distinct documents as parsed by the strategy's parser, from the cache if they were parsed before.

    A document whose format the parser does not support keeps its text, and a notice says so. Raises UserError if the
    parser cannot read a document.
    """
    parser = strategy.parser
    notices = [
        f"The parser {parser.kind} does not read {document.label}; its text is by the parser {document.parser}."
        for document in documents
        if not parser.applies_to(document)
    ]
    read = [reread(document, parser, resources) for document in documents]
    again = [found for found, document in zip(read, documents, strict=True) if found is not document]
    notices += [f"{document.label}: {notice}" for document in again for notice in document.notices]
    # Given as two parsers read it, one file is one text where the strategy's parser reads both again.
    return ColumnDocuments(list({document.id: document for document in read}.values()), tuple(notices))


def searched_documents(
    strategies: Sequence[Strategy], documents: Sequence[Document], resources: ReadingResources | None
) -> list[Document]:
    """The distinct documents that the strategies search; raises UserError if a parser cannot read a document.

    Strategies whose parser waits for the user search none yet (`unread_strategies`).
    """
    unread = unread_strategies(strategies, documents, resources)
    read = [strategy for i, strategy in enumerate(strategies) if i not in unread]
    used = [doc for strategy in read for doc in column_documents(strategy, documents, resources).documents]
    return distinct_documents(documents, used)


def unread_strategies(
    strategies: Sequence[Strategy], documents: Sequence[Document], resources: ReadingResources | None
) -> dict[int, NotReadYet]:
    """The strategies that cannot search yet, by position: their parser waits for something that the user has to do."""
    unread = {}
    for position, strategy in enumerate(strategies):
        try:
            if strategy.parser.waits_for_user:
                column_documents(strategy, documents, resources)
        except NotReadYet as error:
            unread[position] = error
    return unread


def distinct_documents(given: Sequence[Document], used: Iterable[Document]) -> list[Document]:
    """The distinct documents among `used`, grouped by the file that they come from, in the order of `given`."""
    order = {document.source_id: position for position, document in enumerate(given)}
    by_id = {document.id: document for document in used}
    return sorted(by_id.values(), key=lambda document: order[document.source_id])
