"""Hits and answers, in the shape of the JSON output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

N = TypeVar("N", int, float)


class Result(BaseModel):
    """Base class of results: frozen, and serialized to JSON by `model_dump_json`."""

    model_config = ConfigDict(frozen=True)


def is_empty(value: object) -> bool:
    """Whether a field is left out of the JSON: there is nothing to say in it."""
    return not value


class Via(Result):
    """An entry that led to a hit; `start` and `end` are None if its text is not one span of the document.

    `context` is what is indexed before the text of the entry, such as headings, or where a model says that it stands.
    `score` is None if the entry has none.
    """

    kind: str
    start: int | None
    end: int | None
    text: str
    context: str = Field(default="", exclude_if=is_empty)
    score: float | None


class Hit(Result):
    """A retrieved span of a document, with the score of the best entry that led to it.

    `document` is the document's id. `score` is None if the entry has none: the search gives no scores, or it is not
    among those that were reranked. `scores` holds the entry's scores by stage, such as `dense` and `rerank`. A merged
    parent has the mean score of the children in `via`, which were found of its `children`; absent for any other hit.
    `section` are the words of the headings that the hit begins under, from the outermost in, `table_head` the column
    heads of the table that it begins in; both are absent from the JSON where there are none.
    """

    document: str
    start: int
    end: int
    text: str
    score: float | None
    rank: int
    pages: list[int]
    scores: dict[str, float] = Field(default_factory=dict)
    via: list[Via]
    children: int | None = Field(default=None, exclude_if=is_empty)
    section: list[str] = Field(default_factory=list, exclude_if=is_empty)
    table_head: str = Field(default="", exclude_if=is_empty)


class ModelCall(Result):
    """A call of a language model that a question caused in a stage, such as `query`; those for its answer are others.

    `purpose` says in a few words what was asked for. The tokens are as the server counted them; tokens and cost are
    None where unknown. `from_cache` says that the reply was cached; time, tokens and cost are then those of the
    original call. `cut` says that the reply reached the token limit. `notes` are for the user.
    """

    stage: str
    purpose: str
    prompt: str
    reply: str
    model: str
    prompt_tokens: int | None
    completion_tokens: int | None
    cost_usd: float | None
    elapsed_ms: float
    from_cache: bool = False
    cut: bool = Field(default=False, exclude_if=is_empty)
    notes: list[str] = Field(default_factory=list, exclude_if=is_empty)


class Citation(Result):
    """A citation of the hit with rank `hit`; `start` and `end` delimit the quoted span in that hit's document."""

    hit: int
    start: int
    end: int


class AnswerSentence(Result):
    """A sentence of a generated answer, at `start` to `end` in the answer's text, and the ranks of the hits it cites.

    `supported` says whether the cited hits support the sentence, by the rule in `answers/support.py`. `similarity` is
    the cosine similarity to the nearest passage of the cited hits; None if the sentence cites none.
    """

    start: int
    end: int
    hits: list[int]
    supported: bool
    similarity: float | None


class AnswerUsage(Result):
    """The usage of an answer, summed over all calls of the model; None where the server or the price list has none."""

    calls: int
    prompt_tokens: int | None
    completion_tokens: int | None
    cost_usd: float | None


def usage_of(calls: Sequence[ModelCall]) -> AnswerUsage:
    """The usage of several calls together; unknown where that of one is."""
    return AnswerUsage(
        calls=len(calls),
        prompt_tokens=_sum([call.prompt_tokens for call in calls]),
        completion_tokens=_sum([call.completion_tokens for call in calls]),
        cost_usd=_sum([call.cost_usd for call in calls]),
    )


def _sum(values: Sequence[N | None]) -> N | None:
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known and len(known) == len(values) else None


class Answer(Result):
    """An answer, with its citations in the order of the text.

    The fields after `model` are for answers of a language model only. `sentences` are those that make a claim, in
    order. `first_token_ms` and `total_ms` are measured from the start of the first call. `notes` tell the user, for
    example, which hits did not fit the prompt. `from_cache` says that the answer was cached; its times and usage are
    then those of the original calls. `stopped` says that the user stopped it; `cut` that it reached the token limit.
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
    def _omit_model_fields(self, serialized: SerializerFunctionWrapHandler) -> dict[str, Any]:
        values: dict[str, Any] = serialized(self)
        return values if self.usage else {name: values[name] for name in ("text", "citations", "model")}

    @property
    def found(self) -> bool:
        """Whether an answer was found in the retrieved text, which is so if the answer cites a hit."""
        return bool(self.citations)


class ContextCost(Result):
    """What one question costs with all hits of a column in one prompt, by the tokens of a chat model.

    `needed_tokens` are those of the prompt with a reserve, and of an answer of `answer_tokens`, its maximum length;
    `fits` is whether the context window holds them. `cost_usd` is for the prompt and such an answer; None if the price
    is unknown.
    """

    model: str
    prompt_tokens: int
    answer_tokens: int
    needed_tokens: int
    window_tokens: int
    fits: bool
    cost_usd: float | None
