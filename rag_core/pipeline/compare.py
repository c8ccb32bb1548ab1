"""Compares strategies on documents; pages, command line and tests all use these functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import partial
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.documents.labels import repeats
from rag_core.embeddings.choice import built_in_vectors
from rag_core.embeddings.vectors import Vectors
from rag_core.llms.base import ChatModel
from rag_core.pipeline.aligned import texts_of_one_file
from rag_core.pipeline.answers import answered, timed_extractive_answer
from rag_core.pipeline.build import IndexDraft, StrategyIndex, resources_for
from rag_core.pipeline.checks import check_llm, checked, checked_question
from rag_core.pipeline.column_documents import distinct_documents, unread_strategies
from rag_core.pipeline.columns import column_of, failed_column, unread_column
from rag_core.pipeline.explain import explain
from rag_core.pipeline.results import Column, Comparison, DocumentInfo, TextAlignment
from rag_core.pipeline.retrieve import RetrievalError, retrieve
from rag_core.pipeline.side_by_side import Relay, side_by_side
from rag_core.pipeline.warm_up import load_text_tools
from rag_core.progress import Report, ignore
from rag_core.stages.costs import Costs
from rag_core.stages.explanation import Explanation
from rag_core.stages.resources import ParserResources, Resources
from rag_core.stages.retrieval import Retrieval
from rag_core.strategy import Strategy


class BuiltColumn(NamedTuple):
    """A finished index, the position of its strategy, and the resources for the later stages."""

    position: int
    built: StrategyIndex
    resources: Resources


class ReadyColumn(NamedTuple):
    """A finished column, the position of its strategy, the documents that it searched, and why each hit was scored so.

    `explanations` is None unless they were asked for.
    """

    position: int
    column: Column
    documents: Sequence[Document]
    explanations: Sequence[Explanation] | None = None


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
    """Compare strategies: the hits, and with `answers` also the answers, for one question over all documents.

    `tokenizer` replaces the documents' own; the sizes in all columns are in its tokens. `vectors` selects the embedding
    model, by default the built-in one. `llm` is the chat model that writes the answers of all columns in parallel;
    `answer_error` explains a failed answer. Without `llm`, answers are extractive. A strategy that indexes summaries
    and questions uses those that `llm` has written so far, and imported ones even without `llm`.

    Raises UserError if the question is empty or not valid Unicode, if there is no document or no strategy, if the
    documents' tokenizers differ, if a parser cannot read a document, if the embedding model is unavailable, or if a
    strategy asks a language model for each question and there is no `llm`. If such a model fails, its columns have an
    `error` instead of hits, and so has a column whose parser has pages left to read, by OCR say.
    """
    notices = repeats(documents)
    check_llm(strategies, llm)
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
    return comparison_of(searched or documents, question, vectors, columns, notices)


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
    why: bool = False,
) -> Iterator[ReadyColumn]:
    """Yield each strategy's column as soon as it is ready; arguments and errors as in `compare`.

    With `answers`, columns have extractive answers; with `why`, the scores of their hits are explained. Columns with a
    cached index come first, then those with late pooling, then those that embed each text separately. Each distinct
    text is embedded once, and no column waits for texts that only a later one needs. Columns that ask a language model
    come last, side by side. A column whose query or reranking fails, or whose parser has pages left to read (by OCR,
    say), has an `error` and no hits, and the others stand.
    """
    documents = checked(documents, strategies, tokenizer)
    question = checked_question(question)
    relay, asking, vectors = Relay(report), list[BuiltColumn](), vectors or built_in_vectors()
    unread = unread_strategies(strategies, documents, ParserResources(llm, vectors.cache))
    for position, error in unread.items():
        yield ReadyColumn(position, unread_column(strategies[position], error), [], [] if why else None)
    read = [position for position in range(len(strategies)) if position not in unread]
    for one in _built_at(read, documents, strategies, vectors, llm, relay):
        if one.built.strategy.asks_llm:
            asking.append(one)
        else:
            yield _ready(one, _retrieved(one, question), answers, why)
    steps = [partial(_retrieved, one, question) for one in asking]
    for number, found in side_by_side(steps, relay.forward, len(steps)):
        yield _ready(asking[number], found, answers, why)


def _built_at(
    positions: Sequence[int],
    documents: Sequence[Document],
    strategies: Sequence[Strategy],
    vectors: Vectors,
    llm: ChatModel | None,
    report: Report,
) -> Iterator[BuiltColumn]:
    """The indexes of the strategies at some positions."""
    if not positions:
        return
    for one in built_columns(documents, [strategies[position] for position in positions], vectors, llm, report):
        yield one._replace(position=positions[one.position])


def _retrieved(one: BuiltColumn, question: str) -> Retrieval | RetrievalError:
    """The retrieval, or why this column has none."""
    try:
        [retrieval] = retrieve(one.built, [question], one.resources)
    except RetrievalError as error:
        return error
    return retrieval


def _ready(one: BuiltColumn, found: Retrieval | RetrievalError, answers: bool, why: bool) -> ReadyColumn:
    position, built, resources = one
    if isinstance(found, RetrievalError):
        return ReadyColumn(position, failed_column(built, found), built.documents, [] if why else None)
    made, answer_ms = timed_extractive_answer(found, resources) if answers else (None, 0.0)
    explanations = explain(built, found, resources) if why else None
    column = column_of(built, found, made, answer_ms, resources.vectors.model, resources.llm)
    return ReadyColumn(position, column, built.documents, explanations)


def comparison_of(
    documents: Sequence[Document],
    question: str,
    vectors: Vectors,
    columns: Sequence[Column],
    notices: Sequence[str] = (),
) -> Comparison:
    """The comparison of the columns for one question; `documents` are all the documents that they searched."""
    return Comparison(
        documents=[described(document) for document in documents],
        question=question,
        tokenizer=documents[0].tokenizer,
        embedding_model=vectors.model.name,
        columns=list(columns),
        notices=list(notices),
        alignments=[
            TextAlignment(document=one.id, onto=onto.id, share=there, share_of_onto=back)
            for one, onto, there, back in texts_of_one_file(documents)
        ],
    )


def described(document: Document) -> DocumentInfo:
    """The description of a document that is part of the results."""
    return DocumentInfo(
        id=document.id,
        source_id=document.source_id,
        name=document.name,
        label=document.label,
        parser=document.parser,
        pages=len(document.pages),
        characters=len(document.text),
        notices=list(document.notices),
    )


def built_columns(
    documents: Sequence[Document],
    strategies: Sequence[Strategy],
    vectors: Vectors,
    llm: ChatModel | None,
    report: Report,
) -> Iterator[BuiltColumn]:
    """Yield the index of each strategy as soon as it is built, fastest first; `documents` come from `checked`.

    Raises UserError if a document cannot be read, if the embedding model is unavailable, or if it does not support the
    pooling that a strategy asks for.
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
            yield _built(position, draft)
        else:
            waiting.append(position)
    yield from _in_turn(waiting, drafts)


def _in_turn(positions: Sequence[int], drafts: Sequence[IndexDraft]) -> Iterator[BuiltColumn]:
    """Yield each column whose entries need no text to be embedded alone, then the others, fewest characters first.

    Columns that embed texts before there are entries come last.
    """
    missing: dict[int, int] = {}
    work = {position: _work(drafts[position]) for position in positions}
    ordered = sorted(positions, key=work.__getitem__)
    last = [position for position in ordered if work[position] is _Work.TEXTS]
    for position in ordered[: len(ordered) - len(last)]:
        drafts[position].write_entries()
        missing[position] = sum(map(len, drafts[position].missing_texts()))
        if not missing[position]:
            yield _built(position, drafts[position])
    rest = sorted((position for position, count in missing.items() if count), key=missing.__getitem__)
    for position in [*rest, *last]:
        drafts[position].write_entries()
        yield _built(position, drafts[position])


class _Work(IntEnum):
    """What a column may have to wait for, least first."""

    NOTHING = 0  # the model has read its documents
    ENTRIES = 1  # entries are embedded alone, if they are not yet
    READING = 2  # the model must read its documents first
    TEXTS = 3  # texts are embedded alone before there are entries


def _work(draft: IndexDraft) -> _Work:
    strategy = draft.strategy
    if draft.resources.vectors.pooling == "late":
        return _Work.NOTHING if draft.resources.vectors.have_read(draft.documents) else _Work.READING
    return _Work.TEXTS if strategy.chunker.uses_vectors or strategy.reference.uses_vectors else _Work.ENTRIES


def _built(position: int, draft: IndexDraft) -> BuiltColumn:
    return BuiltColumn(position, draft.index(), draft.resources)
