"""The slot `reference`: what is indexed for each chunk. One file per kind, registered by its import."""

from rag_core.parts.reference.base import Reference

from rag_core.parts.reference import itself, children, metadata, windows, sentence_window  # noqa: F401  isort: skip
from rag_core.parts.reference import hierarchy, section_context, llm_context  # noqa: F401  isort: skip

__all__ = ["Reference"]
