"""Run strategies on documents: the one entry that pages, command line and tests share."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.answers.side_by_side import answered
from rag_core.documents.document import Document
from rag_core.embeddings.choice import built_in_vectors
from rag_core.embeddings.vectors import Vectors
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.pipeline.indexing import checked, describe, indexed, prepare, read
from rag_core.pipeline.results import Comparison
from rag_core.pipeline.run import Run
from rag_core.progress import Report, ignore
from rag_core.strategy import Strategy


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
    question = question.strip()
    if not question:
        raise UserError("The question is empty. Ask something about the document.")
    if any("\ud800" <= char <= "\udfff" for char in question):
        raise UserError("The question holds bytes that are not UTF-8 text. Type it again.")
    vectors = vectors or built_in_vectors()
    runs = indexed(documents, strategies, vectors, report, llm)
    vectors.prepare([question], report, "query")
    for run in runs:
        run.search(question)
    if answers and llm is None:
        read(runs, documents, vectors, report)
        for run in runs:
            run.read_hits(question)
        prepare(runs, Run.texts_for_answer, "answer_ms", vectors, report)
        for run in runs:
            run.give_answer(question)
    columns = [run.column() for run in runs]
    if answers and llm is not None:
        columns = answered(question, columns, documents, llm, vectors, report)
    return Comparison(
        documents=describe(documents),
        question=question,
        tokenizer=documents[0].tokenizer,
        embedding_model=vectors.model.name,
        columns=columns,
    )
