"""Run strategies on documents: the one entry that pages, command line and tests share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.embeddings.choice import built_in_vectors
from rag_core.embeddings.vectors import Vectors
from rag_core.llms.base import ChatModel
from rag_core.pipeline.answers import answered, timed_extractive_answer
from rag_core.pipeline.build import IndexDraft, StrategyIndex, resources_for
from rag_core.pipeline.checks import checked, checked_question
from rag_core.pipeline.column_documents import distinct_documents
from rag_core.pipeline.columns import column_of
from rag_core.pipeline.results import Column, Comparison, DocumentInfo
from rag_core.pipeline.retrieve import retrieve
from rag_core.pipeline.warm_up import load_text_tools
from rag_core.progress import Report, ignore
from rag_core.stages.costs import Costs
from rag_core.stages.resources import Resources
from rag_core.strategy import Strategy


class BuiltColumn(NamedTuple):
    """An index that is ready, the position of its strategy, and what its further stages may use."""

    position: int
    built: StrategyIndex
    resources: Resources


class ReadyColumn(NamedTuple):
    """A column that is ready, the position of its strategy, and the documents that it searched."""

    position: int
    column: Column
    documents: Sequence[Document]


def compare(
    documents: Sequence[Document],
    question: str,
    strategies: Sequence[Strategy],
    *,
    answers: bool = False,
    tokenizer: str | None = None,
    vectors: Vectors | None = None,
    llm: ChatModel | None = None,
    report: Report = ignore,
) -> Comparison:
    """The strategies' hits, and answers if wanted, for one question over all documents together.

    `tokenizer` replaces the documents' own; sizes of all columns are in its tokens. `vectors` are those of the
    embedding model, the built-in one by default. `llm` is the chat model that writes the answers, all columns' at the
    same time; where it fails, the column says why. Its summaries and questions of chunks are indexed, so far as it has
    written them, where a strategy wants some; imported ones are in any case. Without one, answers are extractive.
    Raises UserError for a question that is empty or no text, no document, no strategy, documents with different
    tokenizers, or an embedding model that cannot be had.
    """
    documents = checked(documents, strategies, tokenizer)
    question = checked_question(question)
    vectors = vectors or built_in_vectors()
    found = compare_columns(
        documents, question, strategies, answers=answers and llm is None, vectors=vectors, llm=llm, report=report
    )
    ready = sorted(found, key=lambda one: one.position)
    columns = [one.column for one in ready]
    searched = distinct_documents(documents, [document for one in ready for document in one.documents])
    if answers and llm is not None:
        columns = answered(question, columns, searched, llm, vectors.cache, report)
    return comparison_of(searched, question, vectors, columns)


def compare_columns(
    documents: Sequence[Document],
    question: str,
    strategies: Sequence[Strategy],
    *,
    answers: bool = False,
    tokenizer: str | None = None,
    vectors: Vectors | None = None,
    llm: ChatModel | None = None,
    report: Report = ignore,
) -> Iterator[ReadyColumn]:
    """Each strategy's column as soon as it is ready, with extractive answers if wanted; see `compare`.

    Columns that need no more work come first, then those whose vectors are pooled, then those that embed texts alone.
    Each distinct text is embedded once, and no column waits for texts that only a later one needs.
    """
    documents = checked(documents, strategies, tokenizer)
    question = checked_question(question)
    for position, built, resources in built_columns(documents, strategies, vectors or built_in_vectors(), llm, report):
        [retrieval] = retrieve(built, [question], resources)
        made, answer_ms = timed_extractive_answer(retrieval, resources) if answers else (None, 0.0)
        yield ReadyColumn(position, column_of(built, retrieval, made, answer_ms), built.documents)


def comparison_of(
    documents: Sequence[Document], question: str, vectors: Vectors, columns: Sequence[Column]
) -> Comparison:
    """The columns of one question side by side; `documents` are all that they searched."""
    return Comparison(
        documents=[described(document) for document in documents],
        question=question,
        tokenizer=documents[0].tokenizer,
        embedding_model=vectors.model.name,
        columns=list(columns),
    )


def described(document: Document) -> DocumentInfo:
    """What results say of a document."""
    return DocumentInfo(
        id=document.id,
        source_id=document.source_id,
        name=document.name,
        pages=len(document.pages),
        characters=len(document.text),
    )


def built_columns(
    documents: Sequence[Document],
    strategies: Sequence[Strategy],
    vectors: Vectors,
    llm: ChatModel | None,
    report: Report,
) -> Iterator[BuiltColumn]:
    """The index of each strategy as soon as it is built, the quickest first; `documents` are checked.

    Raises UserError where the embedding model cannot be had, or cannot do what a strategy asks for.
    """
    vectors.model.load_info(report)
    fitted = [strategy.fitted(vectors.model) for strategy in strategies]
    load_text_tools(documents[0].tokenizer, report)
    costs = Costs()
    drafts = [
        IndexDraft(strategy, documents, resources_for(strategy, vectors, llm, report, costs)) for strategy in fitted
    ]
    waiting = []
    for position, draft in enumerate(drafts):
        if draft.recall():
            yield BuiltColumn(position, draft.index(), draft.resources)
        else:
            waiting.append(position)
    for group in _by_work(waiting, drafts):
        yield from _in_turn(group, drafts)


def _by_work(positions: Sequence[int], drafts: Sequence[IndexDraft]) -> list[list[int]]:
    """Groups to be built one after the other: pooled columns, columns that embed entries alone, and those that embed
    texts before there are entries.
    """
    groups: list[list[int]] = [[], [], []]
    for position in positions:
        strategy = drafts[position].strategy
        embeds_early = strategy.chunker.uses_vectors or strategy.reference.uses_vectors
        pooled = strategy.search.pools.pooling == "late"
        groups[0 if pooled else 1 + embeds_early].append(position)
    return groups


def _in_turn(group: Sequence[int], drafts: Sequence[IndexDraft]) -> Iterator[BuiltColumn]:
    """Columns that miss no vectors as soon as their entries are written, then the others, few missing texts first."""
    missing: dict[int, int] = {}
    for position in group:
        drafts[position].write_entries()
        missing[position] = sum(map(len, drafts[position].missing_texts()))
        if not missing[position]:
            yield BuiltColumn(position, drafts[position].index(), drafts[position].resources)
    for position in sorted((p for p in group if missing[p]), key=missing.__getitem__):
        yield BuiltColumn(position, drafts[position].index(), drafts[position].resources)
