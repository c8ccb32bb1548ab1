"""The result of an evaluation, as values whose JSON DESIGN promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from rag_core.geometry import Span
from rag_core.pipeline.results import DocumentInfo, IndexCounts, Timings
from rag_core.stages.results import Result, is_empty
from rag_core.strategy import Strategy


class Measured(Result):
    """Base of what carries the value of every metric, as an attribute and a JSON field with the metric's name.

    `rag_core.evaluation.metrics.METRICS` says which there are and what they mean.
    """

    model_config = ConfigDict(extra="allow")

    if TYPE_CHECKING:

        def __getattr__(self, metric: str) -> float | None: ...
    else:
        __pydantic_extra__: dict[str, float | None]

    @property
    def metrics(self) -> dict[str, float | None]:
        """The values of all metrics by name; None for one that is not available."""
        return dict(self.model_extra or {})

    @model_serializer(mode="wrap")
    def _metrics_first(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = serialize(self)
        return self.metrics | fields


class QuestionMetrics(Measured):
    """The values of one question; `id` is that of the question."""

    id: str


class EvaluationCounts(IndexCounts):
    """The size of the index, and the means over the questions of what was retrieved from it.

    `hits` and `context_tokens` are counted as in a comparison: a chunk that was hit twice is in the context once.
    """

    hits: float
    context_tokens: float


class StrategyEvaluation(Measured):
    """One strategy: the metrics' means over the questions that have them, and each one's own values in `per_question`.

    The search time in `timings_ms` is the mean per question. `notices` tell the user which settings do not apply to
    these documents, and which questions the embedding model does not read to their end.
    """

    strategy: Strategy
    questions: int
    timings_ms: Timings
    counts: EvaluationCounts
    per_question: list[QuestionMetrics]
    notices: list[str] = Field(default_factory=list, exclude_if=is_empty)


class AskedQuestion(Result):
    """A question that was asked, the id of the document that it is about, and the excerpts and pages that answer it."""

    id: str
    question: str
    kind: str | None
    document: str
    gold: list[Span]
    pages: list[int]


class Evaluation(Result):
    """Strategies measured on the same documents, questions, tokenizer and embedding model.

    `skipped` counts the questions that were not asked, by the name of the missing document. `notices` tell the user
    which of the given documents were not searched.
    """

    documents: list[DocumentInfo]
    tokenizer: str
    embedding_model: str
    questions: list[AskedQuestion]
    skipped: dict[str, int]
    strategies: list[StrategyEvaluation]
    notices: list[str] = Field(default_factory=list, exclude_if=is_empty)
