"""Hits and answers, as the JSON of DESIGN has them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer


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
    """A retrieved span of a document (its id), with the score of the best entry that led to it.

    `scores` are what each stage gave that entry, such as `dense` and `rerank`.
    """

    document: str
    start: int
    end: int
    text: str
    score: float
    rank: int
    pages: list[int]
    scores: dict[str, float] = Field(default_factory=dict)
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
