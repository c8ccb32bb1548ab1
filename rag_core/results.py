"""What a comparison gives: the JSON shapes of DESIGN, as values."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from rag_core.strategy import Strategy


class Result(BaseModel):
    """Base of what the library gives: frozen, and JSON by `model_dump_json`."""

    model_config = ConfigDict(frozen=True)


class Via(Result):
    """An entry that led to a hit. `start` and `end` are None where its text is not one stretch of the document."""

    kind: str
    start: int | None
    end: int | None
    text: str
    score: float


class Hit(Result):
    """A retrieved span of a document (its id), with the score of the best entry that led to it."""

    document: str
    start: int
    end: int
    text: str
    score: float
    rank: int
    pages: list[int]
    via: list[Via]


class Citation(Result):
    """`hit` is the rank of the cited hit; `start` and `end` the quoted stretch in that hit's document."""

    hit: int
    start: int
    end: int


class Answer(Result):
    """An answer, its citations in the order in which they stand in the text, and what made it."""

    text: str
    citations: list[Citation]
    model: str

    @property
    def found(self) -> bool:
        """Whether the retrieved text held an answer."""
        return bool(self.citations)


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
    """One strategy's results."""

    strategy: Strategy
    hits: list[Hit]
    answer: Answer | None
    timings_ms: Timings
    counts: Counts


class DocumentInfo(Result):
    """What identifies a document; `pages` is their number."""

    id: str
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
