"""What a comparison gives: the JSON shapes of DESIGN, as values."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

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


class AnswerSentence(Result):
    """A sentence of a generated answer: where it stands in its text, and the ranks of the hits that it cites.

    `supported`: whether they say what it says, see `answers/support.py`. `similarity` is to what is nearest in them;
    None where it cites none.
    """

    start: int
    end: int
    hits: list[int]
    supported: bool
    similarity: float | None


class AnswerUsage(Result):
    """What an answer took, over all calls of the model; None where the server, or the price table, does not say."""

    calls: int
    prompt_tokens: int | None
    completion_tokens: int | None
    cost_usd: float | None


class Answer(Result):
    """An answer, its citations in the order in which they stand in the text, and what made it.

    What follows `model` is of answers that a language model wrote. `sentences` are those that claim something, in
    order. `first_token_ms` and `total_ms` count from the beginning of the first call. `notes` say what the model was
    not given. `from_cache`: written at another time, of which times and usage are. `stopped`: by the user; `cut`: at
    the most tokens that it may have.
    """

    text: str
    citations: list[Citation]
    model: str
    mode: str | None = None
    sentences: list[AnswerSentence] = []
    usage: AnswerUsage | None = None
    first_token_ms: float | None = None
    total_ms: float | None = None
    notes: list[str] = []
    from_cache: bool = False
    stopped: bool = False
    cut: bool = False

    @model_serializer(mode="wrap")
    def _without_what_is_not_said(self, serialized: SerializerFunctionWrapHandler) -> dict[str, Any]:
        values: dict[str, Any] = serialized(self)
        return values if self.usage else {name: values[name] for name in ("text", "citations", "model")}

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
    """One strategy's results. `answer_error` says why a language model's answer is not there."""

    strategy: Strategy
    hits: list[Hit]
    answer: Answer | None
    timings_ms: Timings
    counts: Counts
    answer_error: str | None = None

    @model_serializer(mode="wrap")
    def _without_what_is_not_said(self, serialized: SerializerFunctionWrapHandler) -> dict[str, Any]:
        values: dict[str, Any] = serialized(self)
        return {name: value for name, value in values.items() if name != "answer_error" or value is not None}


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
