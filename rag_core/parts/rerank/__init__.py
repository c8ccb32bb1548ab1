"""What re-scores the entries that the search found. One file per kind; one import line registers it."""

from rag_core.parts.rerank.base import Reranker

from rag_core.parts.rerank import none  # noqa: F401  isort: skip

__all__ = ["Reranker"]
