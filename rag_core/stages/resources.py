"""What stages may use besides their input."""

from __future__ import annotations

from dataclasses import dataclass

from rag_core.cache import ArrayCache
from rag_core.llms.base import ChatModel
from rag_core.progress import Report, ignore
from rag_core.stages.column_vectors import ColumnVectors


@dataclass(frozen=True, eq=False)
class Resources:
    """The column's view of the embedding model, the chat model if one is chosen, the disk cache, and the progress."""

    vectors: ColumnVectors
    llm: ChatModel | None
    cache: ArrayCache
    report: Report = ignore
