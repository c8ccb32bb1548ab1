"""The resources that stages use in addition to their input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rag_core.cache import ArrayCache, default_cache
from rag_core.documents.document import Document
from rag_core.llms.base import ChatModel
from rag_core.progress import Report, ignore
from rag_core.stages.asked import Asked
from rag_core.stages.column_vectors import ColumnVectors


class ReadingResources(Protocol):
    """The part of the resources that a parser may use; a document can be read before an embedding model is chosen."""

    @property
    def llm(self) -> ChatModel | None:
        """The chat model, None if there is none."""

    @property
    def cache(self) -> ArrayCache:
        """The disk cache."""


@dataclass(frozen=True, eq=False)
class ParserResources:
    """What a parser may use where there is no column yet: by default no chat model, and the process's cache."""

    llm: ChatModel | None = None
    cache: ArrayCache = field(default_factory=default_cache)


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
