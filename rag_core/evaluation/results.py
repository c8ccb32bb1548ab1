"""What an evaluation gives: the JSON shapes of DESIGN, as values. Shares are from 0 to 1."""

from __future__ import annotations

from rag_core.geometry import Span
from rag_core.pipeline.results import DocumentInfo, IndexCounts, Result, Timings
from rag_core.strategy import Strategy


class Shares(Result):
    """See rag_core.evaluation.metrics for what each is."""

    recall: float
    precision: float
    iou: float
    precision_omega: float


class QuestionShares(Shares):
    """One question's shares; `id` is that of the question."""

    id: str


class EvaluationCounts(IndexCounts):
    """What is in the index, and, as means over the questions, what was taken from it.

    `hits` and `context_tokens` as in a comparison: a chunk that was hit twice is in the context once.
    """

    hits: float
    context_tokens: float


class StrategyEvaluation(Shares):
    """One strategy: means over the questions, and each question's own shares in `per_question`.

    The search's time is the mean of a question.
    """

    strategy: Strategy
    questions: int
    timings_ms: Timings
    counts: EvaluationCounts
    per_question: list[QuestionShares]


class AskedQuestion(Result):
    """A question that was asked; `document` is the id of the one that it is about, `gold` its excerpts' spans there."""

    id: str
    question: str
    kind: str | None
    document: str
    gold: list[Span]


class Evaluation(Result):
    """Strategies measured on the same documents, questions, tokenizer and embedding model.

    `skipped` counts the questions that were not asked, by the name of the document that was not given.
    """

    documents: list[DocumentInfo]
    tokenizer: str
    embedding_model: str
    questions: list[AskedQuestion]
    skipped: dict[str, int]
    strategies: list[StrategyEvaluation]
