"""Running the comparison from the page: remembered results, and columns one by one where there are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.llms.base import ChatModel
from rag_core.pipeline.checks import checked
from rag_core.pipeline.column_documents import searched_documents
from rag_core.pipeline.compare import compare_columns, comparison_of
from rag_core.pipeline.results import Column, Comparison
from rag_core.progress import Report
from rag_core.strategy import Strategy
from rag_core.ui.shell.session import session


@dataclass(frozen=True)
class Request:
    """What is compared.

    `written` says which texts a language model has written for the columns, `notices` which documents are left out.
    """

    documents: Sequence[Document]
    question: str
    strategies: Sequence[Strategy]
    vectors: Vectors
    chat_model: ChatModel | None
    written: Sequence[str]
    notices: Sequence[str]

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for requests with equal results."""
        return (
            self.question,
            session().tokenizer,
            self.vectors.model.info.fingerprint,
            self.chat_model.identity if self.chat_model else "",
            *self.written,
            *(f"{document.id} {document.label}" for document in self.documents),
            *self.notices,
            *(strategy.model_dump_json() for strategy in self.strategies),
        )


def compared(request: Request, arrive: Callable[[int, Column], None], report: Report) -> Comparison:
    """The comparison; `arrive` gets each column with its position as soon as it is ready.

    The session's last comparisons are remembered, so that looking around costs nothing: then `arrive` is not called. A
    chat model's answers are not among them: they are written while the hits are looked at.
    """
    results, key = session().results, request.key
    if key not in results:
        documents = checked(request.documents, request.strategies, session().tokenizer)
        columns: dict[int, Column] = {}
        for position, column, _ in compare_columns(
            documents,
            request.question,
            request.strategies,
            answers=request.chat_model is None,
            vectors=request.vectors,
            llm=request.chat_model,
            report=report,
        ):
            columns[position] = column
            arrive(position, column)
        in_order = [columns[position] for position in range(len(columns))]
        searched = searched_documents(request.strategies, documents)
        results[key] = comparison_of(searched, request.question, request.vectors, in_order, request.notices)
    return results[key]
