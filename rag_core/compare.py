"""Run strategies on documents: the one entry that pages, command line and tests share."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import lru_cache

from rag_core.documents.document import Document
from rag_core.embeddings.model import default_model
from rag_core.embeddings.vectors import Vectors
from rag_core.errors import UserError
from rag_core.progress import Progress, Report, ignore
from rag_core.results import Comparison, DocumentInfo
from rag_core.run import Run, prepare
from rag_core.strategy import Strategy
from rag_core.warm_up import load_text_tools


@lru_cache(maxsize=1)
def shared_vectors() -> Vectors:
    """The process's vectors, with the built-in model; loads nothing."""
    return Vectors(default_model())


def compare(
    documents: Sequence[Document],
    question: str,
    strategies: Sequence[Strategy],
    *,
    answers: bool = False,
    tokenizer: str | None = None,
    vectors: Vectors | None = None,
    report: Report = ignore,
) -> Comparison:
    """The strategies' hits, and answers if wanted, for one question over all documents together.

    `tokenizer` replaces the documents' own; sizes of all columns are in its tokens. Raises UserError for an empty
    question, no document, no strategy, or documents with different tokenizers.
    """
    documents = _checked(documents, question, strategies, tokenizer)
    vectors = vectors or shared_vectors()
    question = question.strip()
    load_text_tools(documents[0].tokenizer, report)
    runs = [Run(strategy, documents, vectors) for strategy in strategies]
    for i, run in enumerate(runs):
        report(Progress(f"Cutting chunks for {run.strategy.name.replace('_', ' ')}", i, len(runs)))
        run.cut()
    prepare(runs, Run.texts_for_entries, report)
    for run in runs:
        run.make_entries()
    prepare(runs, Run.texts_for_search, report)
    vectors.prepare([question], report)
    for run in runs:
        run.search(question)
    if answers:
        for run in runs:
            run.read_hits()
        vectors.prepare((text for run in runs for text in run.texts_for_answer()), report)
        for run in runs:
            run.give_answer(question)
    return Comparison(
        documents=[_info(document) for document in documents],
        question=question,
        tokenizer=documents[0].tokenizer,
        embedding_model=vectors.model.name,
        columns=[run.column() for run in runs],
    )


def _checked(
    documents: Sequence[Document], question: str, strategies: Sequence[Strategy], tokenizer: str | None
) -> list[Document]:
    if not documents:
        raise UserError("There is no document to search. Open at least one.")
    if not strategies:
        raise UserError("There is no strategy to compare. Name at least one.")
    if not question.strip():
        raise UserError("The question is empty. Ask something about the document.")
    names = {tokenizer or document.tokenizer for document in documents}
    if len(names) > 1:
        raise UserError(f"The documents are measured in different tokens ({', '.join(sorted(names))}). Choose one.")
    name = names.pop()
    distinct = {document.id: document for document in documents}.values()
    return [d if d.tokenizer == name else dataclasses.replace(d, tokenizer=name) for d in distinct]


def _info(document: Document) -> DocumentInfo:
    return DocumentInfo(
        id=document.id, name=document.name, pages=len(document.pages), characters=len(document.text)
    )
