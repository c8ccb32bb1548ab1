"""Entries of the rows of tables, with the heads of their columns in what is indexed for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag_core.documents.document import Document
from rag_core.documents.table_heads import head_above
from rag_core.stages.entries import Entry


def with_heads(entries: Sequence[Entry], document: Document) -> list[Entry]:
    """The entries, those that begin within a table with its column heads as their last context."""
    return [_with_head(entry, document) for entry in entries]


def _with_head(entry: Entry, document: Document) -> Entry:
    head = head_above(document, entry.span.start) if entry.span else None
    return replace(entry, context=(*entry.context, head)) if head else entry
