"""The resources that stages use in addition to their input."""

from __future__ import annotations

from dataclasses import dataclass

from rag_core.cache import ArrayCache
from rag_core.llms.base import ChatModel
from rag_core.progress import Report, ignore
from rag_core.stages.column_vectors import ColumnVectors


@dataclass(frozen=True, eq=False)
class Resources:
    """The column's vectors, the chat model (None if there is none), the disk cache, and the progress callback."""

    vectors: ColumnVectors
    llm: ChatModel | None
    cache: ArrayCache
    report: Report = ignore
