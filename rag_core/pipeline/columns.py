"""Assembles a column of a comparison from the results of its stages."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.embeddings.base import EmbeddingModel
from rag_core.llms.base import ChatModel
from rag_core.parts.parser.offer import NotReadYet
from rag_core.pipeline.build import StrategyIndex
from rag_core.pipeline.query_limits import unread_queries
from rag_core.pipeline.results import Column, Counts, IndexCounts, SearchedQuery, Timings
from rag_core.pipeline.retrieve import RetrievalError
from rag_core.pipeline.whole_text import cost_of_context, whole_text_notices
from rag_core.stages.query import Query
from rag_core.stages.results import Answer, Hit
from rag_core.stages.retrieval import Retrieval
from rag_core.strategy import Strategy
from rag_core.text.tokenizers import get_tokenizer


def column_of(
    built: StrategyIndex,
    retrieval: Retrieval,
    answer: Answer | None,
    answer_ms: float,
    model: EmbeddingModel,
    llm: ChatModel | None = None,
) -> Column:
    """The column with a strategy's results for one question; `model` embedded it, `llm` would answer it."""
    counts, cost = _counts(built, retrieval.hits), cost_of_context(built, retrieval, llm)
    about_text = whole_text_notices(built, counts.context_tokens, cost)
    return Column(
        strategy=built.strategy,
        hits=list(retrieval.hits),
        answer=answer,
        timings_ms=timings_of(built, retrieval.search_ms, answer_ms, retrieval.model_ms),
        counts=counts,
        notices=[*about_text, *built.notices, *unread_queries(retrieval, built.strategy, model), *retrieval.notices],
        queries=_searched(retrieval),
        model_calls=list(retrieval.model_calls),
        context_cost=cost,
    )


def failed_column(built: StrategyIndex, error: RetrievalError) -> Column:
    """The column of a strategy that could not answer the question; the error says why."""
    return Column(
        strategy=built.strategy,
        hits=[],
        answer=None,
        timings_ms=timings_of(built, 0.0),
        counts=_counts(built, []),
        notices=list(built.notices),
        error=str(error),
        model_calls=list(error.model_calls),
    )


def unread_column(strategy: Strategy, error: NotReadYet) -> Column:
    """The column of a strategy whose parser waits for the user; the error says for what."""
    return Column(
        strategy=strategy,
        hits=[],
        answer=None,
        timings_ms=Timings(parse_ms=0.0, chunk_ms=0.0, embed_ms=0.0, search_ms=0.0, answer_ms=0.0),
        counts=Counts(
            chunks=0, entries=0, model_tokens=0, tokens_beyond_limit=0, hits=0, distinct_parents=0, context_tokens=0
        ),
        error=str(error),
    )


def _searched(retrieval: Retrieval) -> list[SearchedQuery]:
    """The queries, unless they are the question alone."""
    if list(retrieval.queries) == [Query(retrieval.question)]:
        return []
    return [SearchedQuery(**query._asdict()) for query in retrieval.queries]


def timings_of(built: StrategyIndex, search_ms: float, answer_ms: float = 0.0, model_ms: float = 0.0) -> Timings:
    """The times of the stages in ms; `search_ms`, `answer_ms` and `model_ms` are for one question."""
    return Timings(
        parse_ms=sum(document.parse_ms for document in built.documents),
        chunk_ms=built.chunk_ms,
        embed_ms=built.embed_ms,
        search_ms=search_ms,
        answer_ms=answer_ms,
        model_ms=model_ms,
    )


def index_counts(built: StrategyIndex) -> IndexCounts:
    """The size of the index, and how many tokens of the chunks the embedding model does not read."""
    return IndexCounts(
        chunks=sum(map(len, built.chunks)),
        entries=len(built.entries),
        model_tokens=built.coverage.model_tokens,
        tokens_beyond_limit=built.coverage.truncated,
    )


def _counts(built: StrategyIndex, hits: Sequence[Hit]) -> Counts:
    count = get_tokenizer(built.documents[0].tokenizer).count
    distinct = {(hit.document, hit.start, hit.end): (hit.table_head, hit.text) for hit in hits}
    return Counts(
        **index_counts(built).model_dump(),
        hits=len(hits),
        distinct_parents=len(distinct),
        context_tokens=sum(count(part) for parts in distinct.values() for part in parts if part),
    )
