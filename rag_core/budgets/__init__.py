"""How much of what was found is taken. One file a budget; one import line registers it."""

from rag_core.budgets.base import Budget, Taken

from rag_core.budgets import hits, distinct_parents, tokens  # noqa: F401  isort: skip

__all__ = ["Budget", "Taken"]
