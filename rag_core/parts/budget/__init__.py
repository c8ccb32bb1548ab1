"""How much of the ranking is taken. One file per kind; one import line registers it."""

from rag_core.parts.budget.base import Budget

from rag_core.parts.budget import hits, distinct_parents, tokens  # noqa: F401  isort: skip

__all__ = ["Budget"]
