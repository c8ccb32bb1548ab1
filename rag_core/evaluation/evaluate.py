"""Measure strategies against gold excerpts and pages, over all documents together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from statistics import fmean

from rag_core.documents.document import Document
from rag_core.documents.labels import repeats
from rag_core.documents.table_heads import head_above
from rag_core.embeddings.choice import built_in_vectors
from rag_core.embeddings.vectors import Vectors
from rag_core.evaluation.gold_pages import touched_pages
from rag_core.evaluation.gold_texts import gold_in, gold_notices
from rag_core.evaluation.matching import MatchedQuestion, match
from rag_core.evaluation.metrics import METRICS, JudgedQuestion
from rag_core.evaluation.question_sets import Question
from rag_core.evaluation.results import (
    AskedQuestion,
    Evaluation,
    EvaluationCounts,
    QuestionMetrics,
    StrategyEvaluation,
)
from rag_core.geometry import Span
from rag_core.llms.base import ChatModel
from rag_core.pipeline.build import StrategyIndex
from rag_core.pipeline.checks import check_llm, checked
from rag_core.pipeline.columns import index_counts, timings_of
from rag_core.pipeline.compare import BuiltColumn, built_columns, described
from rag_core.pipeline.query_limits import unread_questions
from rag_core.pipeline.retrieve import retrieve
from rag_core.progress import Meter, Report, ignore
from rag_core.stages.candidate import Candidate
from rag_core.stages.resources import Resources
from rag_core.stages.retrieval import Retrieval
from rag_core.strategy import Strategy
from rag_core.text.numbers import counted
from rag_core.text.spans import length
from rag_core.text.tokenizers import get_tokenizer

_MODEL_BATCH = 32  # questions whose rankings are in memory while a language model is asked


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
    """The metrics of the strategies: means over the questions, and the values of each question.

    All documents are searched together; a question is about the one that its corpus names (`match`). `tokenizer`,
    `vectors` and `llm` as in `compare`. Raises UserError without a document or a strategy, for documents with different
    tokenizers, for questions that do not belong to the documents, and without `llm` for a strategy that asks it.
    """
    check_llm(strategies, llm)
    distinct = checked(documents, strategies, tokenizer)
    # The documents as given: of one that was given under two names, questions may be about either.
    matches = match(questions, documents)
    vectors = vectors or built_in_vectors()
    columns = sorted(built_columns(distinct, strategies, vectors, llm, report), key=lambda column: column.position)
    vectors.prepare([matched.question.text for matched in matches.questions], report, "query")
    return Evaluation(
        documents=[described(document) for document in _listed(distinct, matches.questions)],
        tokenizer=distinct[0].tokenizer,
        embedding_model=vectors.model.name,
        questions=[_asked(matched) for matched in matches.questions],
        skipped=matches.skipped,
        strategies=[_evaluated(column, matches.questions, report) for column in columns],
        notices=repeats(documents),
    )


def _listed(documents: Sequence[Document], questions: Sequence[MatchedQuestion]) -> list[Document]:
    """The documents, and the texts by other parsers that excerpts are from."""
    listed = {document.id: document for document in documents}
    return list((listed | {one.document.id: listed.get(one.document.id, one.document) for one in questions}).values())


def _evaluated(column: BuiltColumn, questions: Sequence[MatchedQuestion], report: Report) -> StrategyEvaluation:
    _, built, resources = column
    name = built.strategy.name.replace("_", " ")
    meter = Meter(f"Asking {counted(len(questions), 'question')} of {name}", len(questions), report)
    position = {key: i for i, document in enumerate(built.documents) for key in (document.source_id, document.id)}
    retrieved, judged, search_ms, model_ms = [], [], 0.0, 0.0
    for matched, retrieval in _retrieved(questions, built, resources):
        retrieved.append(retrieval.candidates)
        # A question may be about another parser's text of the file.
        document = position.get(matched.document.id, position[matched.document.source_id])
        judged.append(_judged(matched, retrieval.candidates, document, built))
        search_ms += retrieval.search_ms
        model_ms += retrieval.model_ms
        meter.add(1)
    values = {name: [metric.function(one) for one in judged] for name, metric in METRICS.items().items()}
    texts = {matched.question.id: matched.question.text for matched in questions}
    return StrategyEvaluation(
        strategy=built.strategy,
        questions=len(questions),
        timings_ms=timings_of(built, search_ms / len(questions), model_ms=model_ms / len(questions)),
        counts=_counts(built, retrieved),
        per_question=[
            QuestionMetrics(id=matched.question.id, **{name: column[i] for name, column in values.items()})
            for i, matched in enumerate(questions)
        ],
        notices=[
            *built.notices,
            *gold_notices(questions, built.documents),
            *unread_questions(texts, built.strategy, resources.vectors.model),
        ],
        **{name: METRICS.get(name).mean(column, judged) for name, column in values.items()},
    )


def _retrieved(
    questions: Sequence[MatchedQuestion], built: StrategyIndex, resources: Resources
) -> Iterator[tuple[MatchedQuestion, Retrieval]]:
    """Each question with what is retrieved for it; a language model is asked for several of them at a time."""
    size = _MODEL_BATCH if built.strategy.asks_llm else 1
    for first in range(0, len(questions), size):
        asked = questions[first : first + size]
        yield from zip(asked, retrieve(built, [one.question.text for one in asked], resources), strict=True)


def _judged(matched: MatchedQuestion, hits: Sequence[Candidate], document: int, built: StrategyIndex) -> JudgedQuestion:
    retrieved = [hit.span for hit in hits if hit.document == document]
    gold = gold_in(matched, built.documents[document])
    return JudgedQuestion(
        gold=gold.spans,
        lost=gold.lost,
        retrieved=retrieved,
        elsewhere=length(hit.span for hit in hits if hit.document != document),
        chunks=built.chunks[document],
        pages=matched.pages,
        retrieved_pages=touched_pages(built.documents[document], retrieved),
    )


def _counts(built: StrategyIndex, retrieved: Sequence[Sequence[Candidate]]) -> EvaluationCounts:
    tokens = _token_counter(built.documents)
    contexts = [sum(tokens(*place) for place in _places(built.documents, hits)) for hits in retrieved]
    return EvaluationCounts(
        **index_counts(built).model_dump(), hits=fmean(map(len, retrieved)), context_tokens=fmean(contexts)
    )


def _places(documents: Sequence[Document], hits: Sequence[Candidate]) -> list[tuple[int, Span]]:
    """Each distinct span of the hits, and the heads of the tables that they begin in: document and span."""
    distinct = {(hit.document, hit.span) for hit in hits}
    heads = [(number, head_above(documents[number], span.start)) for number, span in distinct]
    return [*distinct, *((number, head) for number, head in heads if head)]


def _token_counter(documents: Sequence[Document]) -> Callable[[int, Span], int]:
    """A function that counts the tokens of a span; each chunk is counted once, however many questions hit it."""
    count = get_tokenizer(documents[0].tokenizer).count

    @cache
    def tokens(document: int, span: Span) -> int:
        return count(documents[document].text[span.start : span.end])

    return tokens


def _asked(matched: MatchedQuestion) -> AskedQuestion:
    question = matched.question
    return AskedQuestion(
        id=question.id,
        question=question.text,
        kind=question.kind,
        document=matched.document.id,
        gold=list(matched.gold),
        pages=list(matched.pages),
    )
