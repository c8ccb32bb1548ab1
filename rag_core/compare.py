"""Run strategies on documents: the one entry that pages, command line and tests share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rag_core.documents.document import Document
from rag_core.embeddings.cache import default_cache
from rag_core.embeddings.model import default_model
from rag_core.embeddings.vectors import Vectors
from rag_core.errors import UserError
from rag_core.indexing import checked, describe, indexed, prepare
from rag_core.progress import Report, ignore
from rag_core.results import Comparison
from rag_core.run import Run
from rag_core.strategy import Strategy


@lru_cache(maxsize=1)
def shared_vectors() -> Vectors:
    """The process's vectors, with the built-in model; loads nothing."""
    return Vectors(default_model(), default_cache())


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

    `tokenizer` replaces the documents' own; sizes of all columns are in its tokens. Raises UserError for a
    question that is empty or no text, no document, no strategy, or documents with different tokenizers.
    """
    documents = checked(documents, strategies, tokenizer)
    question = question.strip()
    if not question:
        raise UserError("The question is empty. Ask something about the document.")
    if any("\ud800" <= char <= "\udfff" for char in question):
        raise UserError("The question holds bytes that are not UTF-8 text. Type it again.")
    vectors = vectors or shared_vectors()
    runs = indexed(documents, strategies, vectors, report)
    vectors.prepare([question], report)
    for run in runs:
        run.search(question)
    if answers:
        for run in runs:
            run.read_hits()
        prepare(runs, Run.texts_for_answer, "answer_ms", vectors, report)
        for run in runs:
            run.give_answer(question)
    return Comparison(
        documents=describe(documents),
        question=question,
        tokenizer=documents[0].tokenizer,
        embedding_model=vectors.model.name,
        columns=[run.column() for run in runs],
    )
