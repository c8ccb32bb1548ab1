"""How entries are found. One file per kind; one import line registers it."""

from rag_core.parts.search.base import Search

from rag_core.parts.search import dense  # noqa: F401  isort: skip

__all__ = ["Search"]
