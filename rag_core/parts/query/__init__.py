"""What is asked of the search. One file per kind; one import line registers it."""

from rag_core.parts.query.base import QueryTransform

from rag_core.parts.query import none  # noqa: F401  isort: skip

__all__ = ["QueryTransform"]
