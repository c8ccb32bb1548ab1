"""Running the comparison from the page: remembered results, and columns one by one where there are none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.llms.base import ChatModel
from rag_core.pipeline.checks import checked
from rag_core.pipeline.column_documents import searched_documents
from rag_core.pipeline.compare import ReadyColumn, compare_columns, comparison_of
from rag_core.progress import Report
from rag_core.stages.resources import ParserResources
from rag_core.strategy import Strategy
from rag_core.ui.shell.session import Compared, session


@dataclass(frozen=True)
class Request:
    """What is compared.

    `written` says which texts a language model has written for the columns, `unread` the positions of those whose
    parser has pages left to read, `notices` which documents are left out, `why` whether the scores of the hits are
    explained.
    """

    documents: Sequence[Document]
    question: str
    strategies: Sequence[Strategy]
    vectors: Vectors
    chat_model: ChatModel | None
    written: Sequence[str]
    notices: Sequence[str]
    why: bool
    unread: Collection[int] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for requests with equal results, whether their scores are explained or not."""
        columns = (part for position in range(len(self.strategies)) for part in self._of_column(position))
        return (*self._asked, *self.notices, *columns)

    def key_of(self, position: int) -> tuple[str, ...]:
        """Equal for columns with equal results, whatever other columns there are."""
        return (*self._asked, *self._of_column(position))

    def _of_column(self, position: int) -> tuple[str, ...]:
        """What one column depends on besides; one that asks the chat model, also on its key and time limit."""
        strategy = self.strategies[position]
        asks = strategy.asks_llm and self.chat_model is not None
        unread = "unread" if position in self.unread else ""
        return (strategy.model_dump_json(), str(id(self.chat_model)) if asks else "", unread)

    @property
    def _asked(self) -> tuple[str, ...]:
        """What all columns have in common."""
        return (
            self.question,
            session().tokenizer,
            self.vectors.model.info.fingerprint,
            self.chat_model.identity if self.chat_model else "",
            *self.written,
            *(f"{document.id} {document.label}" for document in self.documents),
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
    for ready in _columns(request, documents, report):
        found[ready.position] = ready
        arrive(ready)
    in_order = [found[position] for position in range(len(found))]
    resources = ParserResources(request.chat_model, request.vectors.cache)
    searched = searched_documents(request.strategies, documents, resources)
    columns = [ready.column for ready in in_order]
    comparison = comparison_of(searched or documents, request.question, request.vectors, columns, request.notices)
    return Compared(comparison, [ready.explanations or [] for ready in in_order] if request.why else None)


def _columns(request: Request, documents: Sequence[Document], report: Report) -> Iterator[ReadyColumn]:
    """The columns, first those that the session remembers: a slider that moves runs no other column than its own."""
    known, missing = session().columns_ready, []
    for position in range(len(request.strategies)):
        ready = known.get(request.key_of(position))
        if ready is None or (request.why and ready.explanations is None):
            missing.append(position)
        else:
            yield ready._replace(position=position)
    if not missing:
        return
    for ready in compare_columns(
        documents,
        request.question,
        [request.strategies[position] for position in missing],
        answers=request.chat_model is None,
        vectors=request.vectors,
        llm=request.chat_model,
        report=report,
        why=request.why,
    ):
        position = missing[ready.position]
        known[request.key_of(position)] = ready
        yield ready._replace(position=position)
