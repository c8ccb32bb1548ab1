"""The embedding model and the language model that the options name."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import TypedDict

from rag_core.embeddings.choice import ModelChoice, vectors_of
from rag_core.embeddings.vectors import Vectors
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.llms.choice import NUMERIC_FIELDS, UNSET, LlmChoice, llm_from_environment
from rag_core.llms.factory import llm_of
from rag_core.pipeline.checks import check_llm
from rag_core.servers.credentials import api_key_for
from rag_core.strategy import Strategy


class Models(TypedDict):
    """The arguments of `compare` and `evaluate` that name models."""

    vectors: Vectors
    llm: ChatModel | None


def models_from(options: Namespace, strategies: Sequence[Strategy], *, answers: bool = False) -> Models:
    """The models of the options; the environment's language model only if answers or a strategy require one.

    Raises UserError if a strategy asks a language model for each question, and there is none.
    """
    asks = any(one.asks_llm or bool(one.reference.written_texts) or one.parser.uses_llm for one in strategies)
    llm = chat_model_from(options, required=answers or asks)
    check_llm(strategies, llm)
    return Models(vectors=vectors_from(options), llm=llm)


def vectors_from(options: Namespace) -> Vectors:
    """The vectors of the embedding model that the options name."""
    choice = ModelChoice(
        options.embedding_model, options.embedding_base_url, options.query_prefix, options.passage_prefix
    )
    return vectors_of(choice, api_key_for(choice.base_url))


def chat_model_from(options: Namespace, *, required: bool) -> ChatModel | None:
    """The language model of the options, or else, where one is required, of the environment; None if neither names one.

    Numbers that the options give replace the environment's.
    """
    choice = _named(options) or (llm_from_environment() if required else None)
    if choice is None:
        return None
    given = {field: value for field in NUMERIC_FIELDS if (value := getattr(options, field)) is not None}
    if options.temperature == UNSET:
        given["temperature"] = None
    return llm_of(choice._replace(**given))


def _named(options: Namespace) -> LlmChoice | None:
    if options.llm:
        return LlmChoice(options.llm, options.model, options.base_url)
    if options.model or options.base_url:
        raise UserError("--model and --base-url require --llm: openai, or openai-like for any other server.")
    return None
