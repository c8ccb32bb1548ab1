"""Running the comparison from the page: remembered results, and columns one by one where there are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.llms.base import ChatModel
from rag_core.pipeline.checks import checked
from rag_core.pipeline.column_documents import searched_documents
from rag_core.pipeline.compare import ReadyColumn, compare_columns, comparison_of
from rag_core.progress import Report
from rag_core.strategy import Strategy
from rag_core.ui.shell.session import Compared, session


@dataclass(frozen=True)
class Request:
    """What is compared.

    `written` says which texts a language model has written for the columns, `notices` which documents are left out,
    `why` whether the scores of the hits are explained.
    """

    documents: Sequence[Document]
    question: str
    strategies: Sequence[Strategy]
    vectors: Vectors
    chat_model: ChatModel | None
    written: Sequence[str]
    notices: Sequence[str]
    why: bool

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for requests with equal results, whether their scores are explained or not."""
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


def compared(request: Request, arrive: Callable[[ReadyColumn], None], report: Report) -> Compared:
    """The comparison, explained if the request asks why; `arrive` gets each column as soon as it is ready.

    The session's last comparisons are remembered, so that looking around costs nothing: then `arrive` is not called. A
    chat model's answers are not among them: they are written while the hits are looked at.
    """
    results, key = session().results, request.key
    if key not in results or (request.why and results[key].explanations is None):
        results[key] = _compared(request, arrive, report)
    return results[key]


def _compared(request: Request, arrive: Callable[[ReadyColumn], None], report: Report) -> Compared:
    documents = checked(request.documents, request.strategies, session().tokenizer)
    found: dict[int, ReadyColumn] = {}
    for ready in compare_columns(
        documents,
        request.question,
        request.strategies,
        answers=request.chat_model is None,
        vectors=request.vectors,
        llm=request.chat_model,
        report=report,
        why=request.why,
    ):
        found[ready.position] = ready
        arrive(ready)
    in_order = [found[position] for position in range(len(found))]
    searched = searched_documents(request.strategies, documents)
    columns = [ready.column for ready in in_order]
    comparison = comparison_of(searched, request.question, request.vectors, columns, request.notices)
    return Compared(comparison, [ready.explanations or [] for ready in in_order] if request.why else None)
