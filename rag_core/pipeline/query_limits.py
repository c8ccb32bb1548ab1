"""What the embedding model does not read of a question, since its limit holds for questions as for any other text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rag_core.embeddings.base import EmbeddingModel, Role
from rag_core.stages.retrieval import Retrieval
from rag_core.strategy import Strategy

_MAX_COMMON = 512  # tokens: a common limit of models on servers
_MAX_NAMED = 3


class QuerySize(NamedTuple):
    """The tokens of a query, and how many of them the model reads: all, if it has no limit or a hidden one."""

    tokens: int
    read: int

    @property
    def is_truncated(self) -> bool:
        """Whether the model does not read all of it."""
        return self.read < self.tokens


def query_size(text: str, role: Role, model: EmbeddingModel) -> QuerySize:
    """The size of a text as the model gets it in that role, without its prefix and special tokens."""
    around = model.input_tokens(role, "")
    tokens = max(model.input_tokens(role, text) - around, 0)
    limit = model.info.token_limit
    return QuerySize(tokens, tokens if limit is None else min(tokens, max(limit - around, 0)))


def unread_queries(retrieval: Retrieval, strategy: Strategy, model: EmbeddingModel) -> list[str]:
    """A sentence with numbers for each query that the model does not read to its end, or of which that is unknown.

    A search without vectors reads all of every query.
    """
    if not strategy.search.embeds_entries:
        return []
    embedded = dict.fromkeys((query.text, query.role) for query in retrieval.queries if query.use != "bm25")
    found = (
        _about_one(
            "The question" if text == retrieval.question else "A query", role, query_size(text, role, model), model
        )
        for text, role in embedded
    )
    return [sentence for sentence in found if sentence]


def unread_questions(questions: Mapping[str, str], strategy: Strategy, model: EmbeddingModel) -> list[str]:
    """The same for a set of questions, given by their ids, in one sentence."""
    if not strategy.search.embeds_entries:
        return []
    sizes = {name: query_size(text, "query", model) for name, text in questions.items()}
    truncated = {name: size for name, size in sizes.items() if size.is_truncated}
    if truncated:
        read = next(iter(truncated.values())).read
        return [
            f"{_some(truncated, len(sizes))} more than the {read:,} tokens that {model.name} reads of a question, "
            f"since {_limit('query', model)}: {_longest(truncated, model)}. The rest of each is not searched for."
        ]
    hidden = {name: size for name, size in sizes.items() if _is_hidden(size, model)}
    if not hidden:
        return []
    return [f"{_some(hidden, len(sizes))} many tokens: {_longest(hidden, model)}. {_unknown(model)}"]


def _about_one(what: str, role: Role, size: QuerySize, model: EmbeddingModel) -> str:
    counted = f"{what} has {_count(size, model)} tokens"
    if size.is_truncated:
        return (
            f"{counted}, and {model.name} reads the first {size.read:,}: {_limit(role, model)}. "
            f"The rest, {size.tokens - size.read:,}, is not searched for."
        )
    return f"{counted}. {_unknown(model)}" if _is_hidden(size, model) else ""


def _is_hidden(size: QuerySize, model: EmbeddingModel) -> bool:
    return model.limit_is_hidden and size.tokens > _MAX_COMMON


def _count(size: QuerySize, model: EmbeddingModel) -> str:
    return f"{size.tokens:,}" if model.has_own_tokenizer else f"about {size.tokens:,}"


def _limit(role: Role, model: EmbeddingModel) -> str:
    around = model.input_tokens(role, "")
    kept = f", of which prefix and special tokens take {around:,}" if around else ""
    return f"its limit is {model.info.token_limit:,} tokens{kept}"


def _unknown(model: EmbeddingModel) -> str:
    return (
        f"The token limit of {model.name} is unknown, and many models read {_MAX_COMMON}: the rest may not be searched "
        "for."
    )


def _some(sizes: Mapping[str, QuerySize], total: int) -> str:
    return f"{len(sizes):,} of {total:,} questions {'has' if len(sizes) == 1 else 'have'}"


def _longest(sizes: Mapping[str, QuerySize], model: EmbeddingModel) -> str:
    longest = sorted(sizes.items(), key=lambda item: -item[1].tokens)[:_MAX_NAMED]
    more = f", and {len(sizes) - len(longest):,} more" if len(sizes) > len(longest) else ""
    return ", ".join(f"{name} has {_count(size, model)}" for name, size in longest) + more
