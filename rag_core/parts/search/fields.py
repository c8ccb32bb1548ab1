"""The fields that searches share: how entries are embedded, and how words are counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self, cast

from pydantic import Field
from typing_extensions import override

from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.late.token_pass import DEFAULT_OVERLAP_PERCENT
from rag_core.embeddings.pooling import Pooling, Pools
from rag_core.errors import UserError
from rag_core.parts.search.base import Search
from rag_core.parts.search.term_index import TermIndex
from rag_core.stages.built_index import Index
from rag_core.stages.query import Query
from rag_core.stages.term_shares import TermShares
from rag_core.text.terms import Language, Words, words_of


class EmbeddingSearch(Search):
    """A search that compares vectors of the entries with the query's."""

    pooling: Pooling = Field(
        "late",
        title="Pooling",
        description="late: the model reads the whole document once, and a chunk's vector is the mean of its tokens' "
        "vectors; per_chunk: each chunk is embedded separately, and truncated at the model's token limit; mean: the "
        "mean of both similarities",
    )
    window_overlap_percent: int = Field(
        DEFAULT_OVERLAP_PERCENT,
        ge=0,
        le=75,
        title="Window overlap, %",
        json_schema_extra={"only_with": {"pooling": ["late", "mean"]}},
        description="Late pooling reads the document in windows as long as the model's token limit; this is the share "
        "of a window that it has in common with the one before",
    )

    @property
    @override
    def pools(self) -> Pools:
        return Pools(self.pooling, self.window_overlap_percent)

    @override
    def dense_queries(self, queries: Sequence[Query]) -> list[Query]:
        return for_dense(queries)

    @override
    def fitted(self, model: EmbeddingModel) -> Self:
        if self.pooling in model.poolings:
            return self
        if "pooling" in self.model_fields_set:
            raise UserError(
                f"{model.name} does not support search.pooling={self.pooling}. {model.info.late_pooling_obstacle} "
                "Set search.pooling=per_chunk, or choose another embedding model."
            )
        return self.model_copy(update={"pooling": "per_chunk"})


class LexicalIndex(Index, Protocol):
    """An index that counts terms."""

    terms: TermIndex


class LexicalSearch(Search):
    """A search that counts the words of the query in the entries; its indexes are a `LexicalIndex`."""

    language: Language = Field(
        "english",
        title="Language of the words",
        description="The language whose stop words are left out and whose endings are removed",
    )
    stemmed: bool = Field(
        True,
        title="Stemmed words",
        description="Whether words with the same stem count as the same word, as `chunk` and `chunks` do",
    )
    numbers_lengthen: bool = Field(
        True,
        title="Numbers add to the length",
        description="Whether numbers count in the length of a text, which lowers its BM25 score; if not, a table of "
        "figures is found by its words as easily as prose",
    )

    @property
    def words(self) -> Words:
        """The words of a text as the search counts them."""
        return words_of(self.language, stemmed=self.stemmed)

    @override
    def term_shares(self, index: Index, queries: Sequence[Query], entries: Sequence[int]) -> TermShares:
        terms, asked = cast(LexicalIndex, index).terms, for_bm25(queries)
        total = sum(query.weight for query in asked) or 1.0
        shares: TermShares = TermShares(self.words, {})
        for query in asked:
            for term, added in terms.shares(query.text, entries).items():
                shares.by_term[term] = shares.by_term.get(term, 0.0) + query.weight / total * added
        return shares


def for_dense(queries: Sequence[Query]) -> list[Query]:
    """The queries that are for the comparison of vectors."""
    return [query for query in queries if query.use != "bm25"]


def for_bm25(queries: Sequence[Query]) -> list[Query]:
    """The queries that are for BM25."""
    return [query for query in queries if query.use != "dense"]
