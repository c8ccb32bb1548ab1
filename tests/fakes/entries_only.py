"""An index that was never built, for tests of what is done with entries that are ranked already."""

from collections.abc import Sequence
from typing import Any

from rag_core.documents.document import Document
from rag_core.stages.built_index import BuiltIndex, Coverage
from rag_core.stages.entries import Entry


def built_of(documents: Sequence[Document], entries: Sequence[Entry], **fields: Any) -> BuiltIndex:
    """A BuiltIndex with these entries and nothing to search; `fields` are others of its fields."""
    nothing: Any = {"chunks": [], "index": None, "vectors": None, "coverage": Coverage(0, 0), "entries_searched": 10}
    return BuiltIndex(documents=documents, entries=entries, **{**nothing, **fields})
