"""Measure strategies against gold excerpts, over all documents together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from statistics import fmean

from rag_core.documents.document import Document
from rag_core.embeddings.choice import built_in_vectors
from rag_core.embeddings.vectors import Vectors
from rag_core.evaluation import metrics
from rag_core.evaluation.matching import MatchedQuestion, match
from rag_core.evaluation.question_sets import Question
from rag_core.evaluation.results import (
    AskedQuestion,
    Evaluation,
    EvaluationCounts,
    QuestionShares,
    StrategyEvaluation,
)
from rag_core.geometry import Span
from rag_core.llms.base import ChatModel
from rag_core.parts.budget import Candidate
from rag_core.pipeline.indexing import checked, describe, indexed
from rag_core.pipeline.run import Run
from rag_core.progress import Meter, Report, ignore
from rag_core.strategy import Strategy
from rag_core.text.spans import length
from rag_core.text.tokenizers import get_tokenizer


def evaluate(
    documents: Sequence[Document],
    questions: Sequence[Question],
    strategies: Sequence[Strategy],
    *,
    tokenizer: str | None = None,
    vectors: Vectors | None = None,
    llm: ChatModel | None = None,
    report: Report = ignore,
) -> Evaluation:
    """Recall, precision, IoU and precision omega of the strategies: means over the questions, and each question's.

    All documents are searched together; a question is about the one whose file name is its corpus's. `tokenizer`,
    `vectors` and `llm` as in `compare`. Raises UserError for no document or strategy, for documents with different
    tokenizers, and for questions that do not belong to the documents.
    """
    distinct = checked(documents, strategies, tokenizer)
    # The documents as given: of one that was given under two names, questions may be about either.
    matched = match(questions, documents)
    vectors = vectors or built_in_vectors()
    runs = indexed(distinct, strategies, vectors, report, llm)
    vectors.prepare([asked.question.text for asked in matched.asked], report, "query")
    return Evaluation(
        documents=describe(distinct),
        tokenizer=distinct[0].tokenizer,
        embedding_model=vectors.model.name,
        questions=[_asked(asked) for asked in matched.asked],
        skipped=matched.skipped,
        strategies=[_evaluated(run, distinct, matched.asked, report) for run in runs],
    )


def _evaluated(
    run: Run, documents: Sequence[Document], asked: Sequence[MatchedQuestion], report: Report
) -> StrategyEvaluation:
    meter = Meter(f"Asking {len(asked):,} questions of {run.strategy.name.replace('_', ' ')}", len(asked), report)
    position = {document.id: i for i, document in enumerate(documents)}
    taken, shares = [], []
    for one in asked:
        hits = run.find(one.question.text)
        taken.append(hits)
        shares.append(_shares(one, hits, position[one.document.id], run))
        meter.add(1)
    return StrategyEvaluation(
        strategy=run.strategy,
        questions=len(asked),
        recall=fmean(share.recall for share in shares),
        precision=fmean(share.precision for share in shares),
        iou=fmean(share.iou for share in shares),
        precision_omega=fmean(share.precision_omega for share in shares),
        timings_ms=run.timings(len(asked)),
        counts=_counts(run, documents, taken),
        per_question=shares,
    )


def _shares(asked: MatchedQuestion, hits: Sequence[Candidate], document: int, run: Run) -> QuestionShares:
    retrieved = [hit.span for hit in hits if hit.document == document]
    elsewhere = length(hit.span for hit in hits if hit.document != document)
    return QuestionShares(
        id=asked.question.id,
        recall=metrics.recall(asked.gold, retrieved),
        precision=metrics.precision(asked.gold, retrieved, elsewhere),
        iou=metrics.iou(asked.gold, retrieved, elsewhere),
        precision_omega=metrics.precision_omega(asked.gold, run.chunks_of(document)),
    )


def _counts(run: Run, documents: Sequence[Document], taken: Sequence[Sequence[Candidate]]) -> EvaluationCounts:
    tokens = _token_counter(documents)
    contexts = [sum(tokens(*place) for place in {(hit.document, hit.span) for hit in hits}) for hits in taken]
    return EvaluationCounts(
        **run.index_counts().model_dump(), hits=fmean(map(len, taken)), context_tokens=fmean(contexts)
    )


def _token_counter(documents: Sequence[Document]) -> Callable[[int, Span], int]:
    """Counts a chunk's tokens once, however many questions hit it."""
    count = get_tokenizer(documents[0].tokenizer).count

    @cache
    def tokens(document: int, span: Span) -> int:
        return count(documents[document].text[span.start : span.end])

    return tokens


def _asked(asked: MatchedQuestion) -> AskedQuestion:
    question = asked.question
    return AskedQuestion(
        id=question.id,
        question=question.text,
        kind=question.kind,
        document=asked.document.id,
        gold=list(asked.gold),
    )
