"""The slot `query`: how the question becomes queries. One file per kind, registered by its import."""

from rag_core.parts.query.base import QueryTransform

from rag_core.parts.query import none, hyde, multi_query, keywords  # noqa: F401  isort: skip

__all__ = ["QueryTransform"]
