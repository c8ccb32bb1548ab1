"""A strategy as a LlamaIndex retriever, for LlamaIndex's query engines, agents and evaluators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.llms.base import ChatModel
from rag_core.strategy import Strategy

if TYPE_CHECKING:
    from llama_index.core.base.base_retriever import BaseRetriever


def to_llama_index(
    strategy: Strategy, documents: Sequence[Document], vectors: Vectors | None = None, llm: ChatModel | None = None
) -> BaseRetriever:
    """A retriever that returns exactly the strategy's hits; importing LlamaIndex takes about two seconds.

    `vectors` and `llm` as in `compare`.
    """
    from rag_core.exports.strategy_retriever import StrategyRetriever

    return StrategyRetriever(strategy, documents, vectors, llm)
