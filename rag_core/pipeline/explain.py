"""Explains the scores of hits: the shares of sentences and words in the dense score, and the weights of terms in BM25.

With late pooling, the vector of an entry is the mean of its tokens' vectors, so its similarity to the question is a sum
over its tokens. For an entry with several levels, it is the mean over the levels of such sums.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.embeddings.base import EmbeddingModel
from rag_core.pipeline.build import StrategyIndex
from rag_core.pipeline.explained_pieces import joined_pieces, sentence_pieces
from rag_core.pipeline.term_weights import term_weights
from rag_core.stages.candidate import Candidate
from rag_core.stages.entries import Entry
from rag_core.stages.explanation import DenseShares, Explanation, Piece
from rag_core.stages.query import Query
from rag_core.stages.resources import Resources
from rag_core.stages.retrieval import Retrieval

_OF_TEXTS = {
    "per_chunk": "With search.pooling=per_chunk, the model reads each text as a whole: what a sentence or a word adds "
    "to the dense score is unknown.",
    "mean": "With search.pooling=mean, half of the dense score comes from texts that the model reads as a whole: what "
    "a sentence or a word adds to it is unknown.",
}
_REMEDY = "Choose the pooling late to see it."


def explain(built: StrategyIndex, retrieval: Retrieval, resources: Resources) -> list[Explanation]:
    """Why each hit has its scores, in the order of the hits; the scores by stage are those of its best entry."""
    queries = built.strategy.search.dense_queries(retrieval.queries)
    unknown = _unknown(built, resources.vectors.model) if queries else _unscored(built)
    terms = term_weights(built, retrieval)
    explained = []
    for i, candidate in enumerate(retrieval.candidates):
        entry = built.entries[candidate.via[0].entry]
        why = unknown or (_unknown_of(entry) if queries else "")
        dense = None if why or not queries else _shares(built, candidate, entry, queries, resources)
        pieces = _pieces(built, retrieval, candidate, dense)
        explained.append(Explanation(pieces, dense, terms[i] if terms is not None else None, why))
    return explained


def _unscored(built: StrategyIndex) -> str:
    """That there is nothing to explain, where a search gives no scores."""
    search = built.strategy.search
    if search.gives_scores:
        return ""
    return f"The search {search.label} gives no scores: what a sentence or a word adds to one is unknown."


def _unknown(built: StrategyIndex, model: EmbeddingModel) -> str:
    """Why no entry's dense score has known shares; empty if those of some have."""
    pooling = built.strategy.search.pools.pooling
    if pooling == "late":
        return ""
    return f"{_OF_TEXTS[pooling]} {model.info.late_pooling_obstacle or _REMEDY}"


def _unknown_of(entry: Entry) -> str:
    """Why this entry's dense score has no known shares."""
    if entry.lead:
        return (
            "What matched is indexed together with a context that was written about it, and the model reads both as a "
            "whole: what a sentence or a word adds to the dense score is unknown. Choose another reference, such as "
            "section_context, to see it."
        )
    if entry.windows or entry.quotes:
        return ""
    return (
        f"What matched is a {entry.kind}, which the model reads as a whole: what a word adds to its score is unknown. "
        "Choose another reference, such as children, to see it."
    )


def _shares(
    built: StrategyIndex, candidate: Candidate, entry: Entry, queries: Sequence[Query], resources: Resources
) -> DenseShares:
    levels = range(max(len(entry.windows), 1))
    groups = [entry.read_spans(level) for level in levels]
    return DenseShares(resources.vectors.token_shares(built.documents[candidate.document], groups, queries))


def _pieces(built: StrategyIndex, retrieval: Retrieval, candidate: Candidate, dense: DenseShares | None) -> list[Piece]:
    if built.takes_whole_entries:
        return joined_pieces(built, retrieval.ranking, candidate, dense)
    return sentence_pieces(built.documents[candidate.document], candidate.span, dense)
