"""What re-scores the entries that the search found. One file a reranker; one import line registers it."""

from rag_core.rerankers.base import Reranker

from rag_core.rerankers import none  # noqa: F401  isort: skip

__all__ = ["Reranker"]
