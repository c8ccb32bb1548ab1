"""The results of a comparison, in the shape of the JSON output."""

from __future__ import annotations

from pydantic import Field

from rag_core.stages.query import QueryRole, QueryUse
from rag_core.stages.results import Answer, ContextCost, Hit, ModelCall, Result, is_empty
from rag_core.strategy import Strategy


class Timings(Result):
    """The times of the stages of a column, in milliseconds.

    `parse_ms` is for parsing the documents that the column searches, `chunk_ms` for chunking, creating entries and
    indexing, `embed_ms` for embedding, `search_ms` and `answer_ms` for one question. `model_ms` is for waiting for a
    language model that query or reranking ask; it is absent from the JSON if there was no such wait.
    """

    parse_ms: float
    chunk_ms: float
    embed_ms: float
    search_ms: float
    answer_ms: float
    model_ms: float = Field(default=0.0, exclude_if=is_empty)

    @property
    def build_ms(self) -> float:
        """The time for chunking, creating entries, indexing and embedding."""
        return self.chunk_ms + self.embed_ms


class IndexCounts(Result):
    """The size of an index, and how much of its chunks the embedding model does not read.

    `model_tokens` counts the tokens in the chunks, in the model's own tokens. `tokens_beyond_limit` is how many of them
    are truncated in every entry; None if the model's token limit is unknown.
    """

    chunks: int
    entries: int
    model_tokens: int
    tokens_beyond_limit: int | None

    @property
    def share_beyond_limit(self) -> float | None:
        """The share of the tokens that the model does not read, from 0 to 1; None if unknown."""
        if self.tokens_beyond_limit is None:
            return None
        return self.tokens_beyond_limit / self.model_tokens if self.model_tokens else 0.0


class Counts(IndexCounts):
    """The size of the index, and of the hits of one question.

    `distinct_parents` is the number of distinct hit texts; `context_tokens` counts the tokens of each of them once,
    with the heads of a table that it begins in.
    """

    hits: int
    distinct_parents: int
    context_tokens: int


class SearchedQuery(Result):
    """A text that was searched for; the fields are those of `stages.query.Query`."""

    text: str
    weight: float
    role: QueryRole
    use: QueryUse


class Column(Result):
    """The results of one strategy.

    `answer_error` explains why the answer of a language model is missing; it is absent from the JSON if there is none.
    `notices` tell the user which settings of the strategy do not apply to these documents, and what the embedding model
    does not read of the question. `error` explains why this column has no hits. `queries` are those that were searched,
    empty if the question alone was; `model_calls` is what a language model was asked for them and for the ranking. What
    is empty of these is absent from the JSON. `context_cost` is what a question costs with all
    of the text.
    """

    strategy: Strategy
    hits: list[Hit]
    answer: Answer | None
    timings_ms: Timings
    counts: Counts
    answer_error: str | None = Field(default=None, exclude_if=is_empty)
    notices: list[str] = Field(default_factory=list, exclude_if=is_empty)
    error: str | None = Field(default=None, exclude_if=is_empty)
    queries: list[SearchedQuery] = Field(default_factory=list, exclude_if=is_empty)
    model_calls: list[ModelCall] = Field(default_factory=list, exclude_if=is_empty)
    context_cost: ContextCost | None = Field(default=None, exclude_if=is_empty)


class DocumentInfo(Result):
    """A document in the results: `id` identifies its text, `source_id` its file; `pages` is the number of pages.

    `label` is its name, with a number where several documents have the same one, such as "v.txt (2)". `parser` is the
    kind of the parser that has read it. `notices` say what of the file could not be read.
    """

    id: str
    source_id: str = ""
    name: str
    label: str = Field(default_factory=lambda fields: fields["name"])
    parser: str = ""
    pages: int
    characters: int
    notices: list[str] = Field(default_factory=list, exclude_if=is_empty)


class TextAlignment(Result):
    """Two parsers' texts of one file, laid over each other; both are ids of texts.

    `share` of the letters of `document` have a place in `onto`, and `share_of_onto` the other way; the rest is compared
    with nothing.
    """

    document: str
    onto: str
    share: float
    share_of_onto: float


class Comparison(Result):
    """The results of several strategies for the same documents, question, tokenizer and embedding model.

    `notices` tell the user which of the given documents were not searched. `alignments` are of the files that several
    parsers have read; there are none in the JSON if one parser has read all.
    """

    documents: list[DocumentInfo]
    question: str
    tokenizer: str
    embedding_model: str
    columns: list[Column]
    notices: list[str] = Field(default_factory=list, exclude_if=is_empty)
    alignments: list[TextAlignment] = Field(default_factory=list, exclude_if=is_empty)

    @property
    def labels(self) -> dict[str, str]:
        """The documents' labels by their ids, which hits have."""
        return {document.id: document.label for document in self.documents}
