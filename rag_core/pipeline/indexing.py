"""From documents and strategies to columns that can be asked: checked, cut, embedded in one batch, and indexed."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.pipeline.results import DocumentInfo
from rag_core.pipeline.run import Run
from rag_core.pipeline.warm_up import load_text_tools
from rag_core.progress import Progress, Report
from rag_core.strategy import Strategy
from rag_core.text.tokenizers import check_tokenizer


def checked(documents: Sequence[Document], strategies: Sequence[Strategy], tokenizer: str | None) -> list[Document]:
    """The distinct documents, measured in one tokenizer; raises UserError where there is nothing to do."""
    if not documents:
        raise UserError("There is no document to search. Open at least one.")
    if not strategies:
        raise UserError("There is no strategy to run. Name at least one.")
    names = {tokenizer or document.tokenizer for document in documents}
    if len(names) > 1:
        raise UserError(f"The documents are measured in different tokens ({', '.join(sorted(names))}). Choose one.")
    check_tokenizer(name := names.pop())
    distinct = {document.id: document for document in documents}.values()
    return [d if d.tokenizer == name else dataclasses.replace(d, tokenizer=name) for d in distinct]


def indexed(
    documents: Sequence[Document],
    strategies: Sequence[Strategy],
    vectors: Vectors,
    report: Report,
    llm: ChatModel | None = None,
) -> list[Run]:
    """A run for each strategy, its index made over all documents together; see Run for what `llm` is for.

    Raises UserError where the embedding model cannot be had, or cannot do what a strategy asks for.
    """
    vectors.model.load_info(report)
    strategies = [strategy.fitted(vectors.model) for strategy in strategies]
    load_text_tools(documents[0].tokenizer, report)
    runs = [Run(strategy, documents, vectors, llm) for strategy in strategies]
    fresh = [run for run in runs if not run.recall()]
    _timed_alike(fresh, Run.cut, lambda run: run.strategy.chunker.kind, "Cutting chunks", report)
    read(fresh, documents, vectors, report)
    prepare(fresh, Run.texts_for_entries, "embed_ms", vectors, report)
    _timed_alike(fresh, Run.make_entries, lambda run: run.strategy.reference.kind, "Writing entries", report)
    prepare(fresh, Run.texts_for_search, "embed_ms", vectors, report)
    for run in runs:
        run.make_index()
    for run in fresh:
        run.keep()
    return runs


def describe(documents: Sequence[Document]) -> list[DocumentInfo]:
    """What results say of the documents."""
    return [DocumentInfo(id=d.id, name=d.name, pages=len(d.pages), characters=len(d.text)) for d in documents]


def _timed_alike(
    runs: Sequence[Run], step: Callable[[Run], None], kind: Callable[[Run], str], stage: str, report: Report
) -> None:
    """Do a step for every run, and charge runs of one kind alike, for the longest of them.

    The first of them pays for what all use, sentence ends and token counts: charged as measured, a column's time would
    depend on which column stands before it.
    """
    took: dict[str, float] = {}
    for i, run in enumerate(runs):
        report(Progress(stage, i, len(runs)))
        started = time.perf_counter()
        step(run)
        elapsed_ms = 1000 * (time.perf_counter() - started)
        took[kind(run)] = max(took.get(kind(run), 0.0), elapsed_ms)
    for run in runs:
        run.charge("chunk_ms", took[kind(run)])


def read(runs: Sequence[Run], documents: Sequence[Document], vectors: Vectors, report: Report) -> None:
    """Have the model read every document once, if a column pools from its tokens; each such column is charged."""
    pools = [run.strategy.search.pools for run in runs]
    for overlap_percent in dict.fromkeys(p.window_overlap_percent for p in pools if p.pooling == "late"):
        unread = [document for document in documents if not vectors.token_vectors.has(document, overlap_percent)]
        if unread:
            vectors.model.wait(report)
        started = time.perf_counter()
        for document in unread:
            vectors.token_vectors.read(document, overlap_percent, report)
        for run in runs:
            if run.strategy.search.pools == ("late", overlap_percent):
                run.charge("embed_ms", 1000 * (time.perf_counter() - started))


def prepare(
    runs: Sequence[Run], texts_of: Callable[[Run], list[str]], timing: str, vectors: Vectors, report: Report
) -> None:
    """Embed what any column needs and nobody has, in one batch; charge each column for the texts that it asked for.

    A text that two columns ask for is charged to both: each column's time is what it would have cost alone.
    """
    missing = [vectors.missing(texts_of(run)) for run in runs]
    distinct = list(dict.fromkeys(text for texts in missing for text in texts))
    if not distinct:
        return
    vectors.model.wait(report)
    started = time.perf_counter()
    vectors.prepare(distinct, report)
    elapsed_ms = 1000 * (time.perf_counter() - started)
    cost = dict(zip(distinct, vectors.model.count_tokens(distinct), strict=True))
    for run, texts in zip(runs, missing, strict=True):
        run.charge(timing, elapsed_ms * sum(map(cost.__getitem__, texts)) / sum(cost.values()))
