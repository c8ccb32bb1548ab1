"""What is indexed for a chunk. One file per kind; one import line registers it."""

from rag_core.parts.reference.base import Reference

from rag_core.parts.reference import itself, children, metadata  # noqa: F401  isort: skip

__all__ = ["Reference"]
