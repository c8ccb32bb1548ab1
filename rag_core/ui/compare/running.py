"""Running the comparison from the page: remembered results, and columns one by one where there are none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.llms.base import ChatModel
from rag_core.pipeline.compare import compare
from rag_core.pipeline.results import Column, Comparison
from rag_core.progress import Report
from rag_core.strategy import Strategy
from rag_core.ui.shell.session import session


@dataclass(frozen=True)
class Request:
    """What is compared. `written` says which texts a language model has written for the columns."""

    documents: Sequence[Document]
    question: str
    strategies: Sequence[Strategy]
    vectors: Vectors
    chat_model: ChatModel | None
    written: Sequence[str]

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for requests with equal results."""
        return (
            self.question,
            session().tokenizer,
            self.vectors.model.info.fingerprint,
            self.chat_model.identity if self.chat_model else "",
            *self.written,
            *(document.id for document in self.documents),
            *(strategy.model_dump_json() for strategy in self.strategies),
        )


def remembered(request: Request) -> Comparison | None:
    """The comparison, if this session has seen it lately: looking around costs nothing."""
    return session().results.get(request.key)


def columns_as_ready(request: Request, report: Report) -> Iterator[tuple[int, Column]]:
    """Each column with its position, as soon as it is ready; all together are remembered.

    A chat model's answers are not among them: they are written while the hits are looked at.
    """
    comparison = compare(
        request.documents,
        request.question,
        request.strategies,
        answers=request.chat_model is None,
        llm=request.chat_model,
        tokenizer=session().tokenizer,
        vectors=request.vectors,
        report=report,
    )
    session().results[request.key] = comparison
    yield from enumerate(comparison.columns)
