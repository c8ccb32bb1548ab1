"""The search `bm25`: ranks by the words that an entry shares with the query, rare ones first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.part import register
from rag_core.parts.search.fields import LexicalSearch, for_bm25
from rag_core.parts.search.ranked import document_order, ranked
from rag_core.parts.search.scaling import Scores, combined
from rag_core.parts.search.term_index import TermIndex
from rag_core.stages.built_index import Index
from rag_core.stages.entries import Entry
from rag_core.stages.query import Query
from rag_core.stages.ranking import Ranking
from rag_core.stages.resources import Resources
from rag_core.stages.units import units_of


@register
class BM25Search(LexicalSearch):
    """Ranks all entries by BM25 (Robertson et al. 1994) in Lucene's form, with k1 = 1.5 and b = 0.75."""

    kind: Literal["bm25"] = "bm25"
    label: ClassVar[str] = "BM25"
    summary: ClassVar[str] = "Counts the question's words in each entry, rare words more; needs no embedding model"
    score_name: ClassVar[str] = "BM25"

    @override
    def short(self) -> str:
        return "BM25" if self.stemmed else "BM25, unstemmed"

    @override
    def index(self, entries: Sequence[Entry], documents: Sequence[Document], resources: Resources) -> Index:
        return BM25Index(entries, term_index(self, entries, documents))


class BM25Index:
    """An index of the terms in the entries."""

    def __init__(self, entries: Sequence[Entry], terms: TermIndex) -> None:
        self.terms = terms
        self._order = document_order(entries)

    def search(self, queries: Sequence[Query], resources: Resources, limit: int | None = None) -> Ranking:
        """The best entries, at most `limit` if given, by descending score; ties are in document order.

        Scores are BM25's, from 0 up; with several queries or levels, scaled scores (`combined`).
        """
        asked = for_bm25(queries)
        if not asked:
            raise UserError("search.kind=bm25 has nothing to search for: every query is for another search (dense).")
        levels = bm25_scores(self.terms, asked)
        return ranked(self._order, limit, combined("bm25", levels, [query.weight for query in asked]))


def term_index(search: LexicalSearch, entries: Sequence[Entry], documents: Sequence[Document]) -> TermIndex:
    """The index of the terms in the entries, with the words as the search counts them."""
    return TermIndex(*units_of(entries), documents, search.words, numbers_lengthen=search.numbers_lengthen)


def bm25_scores(terms: TermIndex, queries: Sequence[Query]) -> list[Scores]:
    """The BM25 scores of the entries, for each level an array of shape (queries, entries)."""
    return list(np.stack([terms.scores(query.text) for query in queries], axis=1))
