"""The search `hybrid`: the scores of the dense search and of BM25, fused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.part import register
from rag_core.parts.search.bm25 import bm25_scores, term_index
from rag_core.parts.search.dense import dense_scores
from rag_core.parts.search.fields import EmbeddingSearch, LexicalSearch, for_bm25, for_dense
from rag_core.parts.search.ranked import document_order, ranked
from rag_core.parts.search.scaling import Scores, averaged, scaled_mean
from rag_core.parts.search.term_index import TermIndex
from rag_core.stages.built_index import Index
from rag_core.stages.entries import Entry
from rag_core.stages.entry_vectors import EntryVectors
from rag_core.stages.ordering import best_first
from rag_core.stages.query import Query
from rag_core.stages.ranking import Ranking
from rag_core.stages.resources import Resources

RRF_K = 60


@register
class HybridSearch(EmbeddingSearch, LexicalSearch):
    """Ranks all entries by cosine similarity and BM25 together."""

    kind: Literal["hybrid"] = "hybrid"
    label: ClassVar[str] = "Hybrid"
    summary: ClassVar[str] = "Cosine similarity and BM25 together: a weighted sum, or reciprocal rank fusion"
    score_name: ClassVar[str] = "fused score"
    embeds_entries: ClassVar[bool] = True

    fusion: Literal["weighted", "rrf"] = Field(
        "weighted",
        title="Fusion",
        description="weighted: the weighted sum of both scores, each scaled to the range from 0 to 1 over all entries; "
        "rrf: reciprocal rank fusion, which uses the ranks only",
    )
    dense_weight: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Weight of the dense score",
        json_schema_extra={"only_with": {"fusion": "weighted"}},
        description="The weight of cosine similarity in the sum; BM25 has the rest",
    )

    @override
    def score_name_of(self, levels: int) -> str:
        return "RRF score" if self.fusion == "rrf" else self.score_name

    @override
    def short(self) -> str:
        return "hybrid, RRF" if self.fusion == "rrf" else f"hybrid, {self.dense_weight:g} dense"

    @override
    def index(self, entries: Sequence[Entry], documents: Sequence[Document], resources: Resources) -> Index:
        vectors = resources.vectors.of_entries(entries, documents)
        return HybridIndex(self, entries, vectors, term_index(self, entries, documents))


class HybridIndex:
    """The vectors of entries, and the terms in them."""

    def __init__(self, search: HybridSearch, entries: Sequence[Entry], vectors: EntryVectors, terms: TermIndex) -> None:
        self._search = search
        self._vectors = vectors
        self.terms = terms
        self._order = document_order(entries)

    def search(self, queries: Sequence[Query], resources: Resources, limit: int | None = None) -> Ranking:
        """The best entries, at most `limit` if given, by descending fused score; ties are in document order.

        The stages `dense` and `bm25` have the scores before fusion, averaged over levels and queries.
        """
        dense, lexical = for_dense(queries), for_bm25(queries)
        if not dense or not lexical:
            raise UserError("search.kind=hybrid needs a query for the dense search and one for BM25.")
        pairs = (
            dense_scores(self._vectors, dense, resources),
            (bm25_scores(self.terms, lexical), [query.weight for query in lexical]),
        )
        stages = {"dense": averaged(*pairs[0]), "bm25": averaged(*pairs[1])}
        if self._search.fusion == "rrf":
            fused = self._by_ranks(stages["dense"], stages["bm25"])
            return ranked(self._order, limit, {**stages, "fused": fused}, tie=0.0)  # the shares of late ranks are close
        share = self._search.dense_weight
        fused = np.asarray(share * scaled_mean(*pairs[0]) + (1 - share) * scaled_mean(*pairs[1]), np.float32)
        return ranked(self._order, limit, {**stages, "fused": fused})

    def _by_ranks(self, dense: Scores, lexical: Scores) -> Scores:
        """Reciprocal rank fusion (Cormack et al. 2009); an entry with no word of the query has no rank in BM25."""
        return self._shares(dense) + np.where(lexical > 0, self._shares(lexical), np.float32(0))

    def _shares(self, scores: Scores) -> NDArray[np.float32]:
        shares = np.zeros(len(scores), np.float32)
        shares[self._order[best_first(scores[self._order])]] = 1 / (RRF_K + 1 + np.arange(len(scores)))
        return shares
