"""The resources that stages use in addition to their input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag_core.cache import ArrayCache
from rag_core.documents.document import Document
from rag_core.llms.base import ChatModel
from rag_core.progress import Report, ignore
from rag_core.stages.asked import Asked
from rag_core.stages.column_vectors import ColumnVectors


@dataclass(frozen=True, eq=False)
class Resources:
    """The column's vectors, the chat model (None if there is none), the disk cache, and the progress callback.

    `documents` are those that are searched, once a question is asked; `asked` then has the question's calls of the chat
    model. A stage asks it with `stages.asking.ask`.
    """

    vectors: ColumnVectors
    llm: ChatModel | None
    cache: ArrayCache
    report: Report = ignore
    documents: Sequence[Document] = ()
    asked: Asked = field(default_factory=Asked)
