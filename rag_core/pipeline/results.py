"""What a comparison gives: the JSON shapes of DESIGN, as values."""

from __future__ import annotations

from typing import Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from rag_core.stages.results import Answer, Hit, Result
from rag_core.strategy import Strategy


class Timings(Result):
    """Milliseconds. `parse_ms` is the documents', the same in every column; the rest is this column's own.

    `chunk_ms` is cutting, writing entries and making the index; `search_ms` is one question's.
    """

    parse_ms: float
    chunk_ms: float
    embed_ms: float
    search_ms: float
    answer_ms: float

    @property
    def build_ms(self) -> float:
        """Cutting, writing entries, making the index, and embedding what was not known yet."""
        return self.chunk_ms + self.embed_ms


class IndexCounts(Result):
    """`tokens_beyond_limit` of `model_tokens` are in the chunks but in no entry's part that the model reads.

    None where the model's limit is not known.
    """

    chunks: int
    entries: int
    model_tokens: int
    tokens_beyond_limit: int | None

    @property
    def share_beyond_limit(self) -> float | None:
        """From 0 to 1; None where it is not known."""
        if self.tokens_beyond_limit is None:
            return None
        return self.tokens_beyond_limit / self.model_tokens if self.model_tokens else 0.0


class Counts(IndexCounts):
    """What is in the index, and what one question took from it; a chunk that was hit twice is in the context once."""

    hits: int
    distinct_parents: int
    context_tokens: int


class Column(Result):
    """One strategy's results.

    `answer_error` says why a language model's answer is missing. `notices` are for the user: what of the strategy does
    not apply here.
    """

    strategy: Strategy
    hits: list[Hit]
    answer: Answer | None
    timings_ms: Timings
    counts: Counts
    answer_error: str | None = None
    notices: list[str] = Field(default_factory=list)

    @model_serializer(mode="wrap")
    def _omit_empty(self, serialized: SerializerFunctionWrapHandler) -> dict[str, Any]:
        values: dict[str, Any] = serialized(self)
        return {name: value for name, value in values.items() if value or name not in ("answer_error", "notices")}


class DocumentInfo(Result):
    """What identifies a document's text; `pages` is their number, and `source_id` identifies its file."""

    id: str
    source_id: str = ""
    name: str
    pages: int
    characters: int


class Comparison(Result):
    """Strategies side by side, on the same documents, question, tokenizer and embedding model."""

    documents: list[DocumentInfo]
    question: str
    tokenizer: str
    embedding_model: str
    columns: list[Column]
