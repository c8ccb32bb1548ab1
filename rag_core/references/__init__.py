"""What is indexed for a chunk. One file a reference; one import line registers it."""

from rag_core.references.base import Reference

from rag_core.references import itself, children, metadata  # noqa: F401  isort: skip

__all__ = ["Reference"]
