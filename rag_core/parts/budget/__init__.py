"""The slot `budget`: how much of the ranking becomes hits. One file per kind, registered by its import."""

from rag_core.parts.budget.base import Budget

from rag_core.parts.budget import hits, distinct_parents, tokens, score_share, all  # noqa: F401  isort: skip

__all__ = ["Budget"]
