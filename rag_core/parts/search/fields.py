"""The fields that searches share: how entries are embedded, and how words are counted."""

from __future__ import annotations

from typing import Self

from pydantic import Field
from typing_extensions import override

from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.late.token_pass import DEFAULT_OVERLAP_PERCENT
from rag_core.embeddings.pooling import Pooling, Pools
from rag_core.errors import UserError
from rag_core.parts.search.base import Search
from rag_core.text.terms import Language


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
    def fitted(self, model: EmbeddingModel) -> Self:
        if self.pooling in model.poolings:
            return self
        if "pooling" in self.model_fields_set:
            raise UserError(
                f"{model.name} does not support search.pooling={self.pooling}. {model.info.late_pooling_obstacle} "
                "Set search.pooling=per_chunk, or choose another embedding model."
            )
        return self.model_copy(update={"pooling": "per_chunk"})


class LexicalSearch(Search):
    """A search that counts the words of the query in the entries."""

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
