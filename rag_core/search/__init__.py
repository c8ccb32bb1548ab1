"""How entries are found. One file a search; one import line registers it."""

from rag_core.search.base import Index, Search

from rag_core.search import dense  # noqa: F401  isort: skip

__all__ = ["Index", "Search"]
