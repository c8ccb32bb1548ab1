"""The slot `search`: how entries are ranked for a query. One file per kind, registered by its import."""

from rag_core.parts.search.base import Search

from rag_core.parts.search import bm25, dense, hybrid, everything  # noqa: F401  isort: skip

__all__ = ["Search"]
