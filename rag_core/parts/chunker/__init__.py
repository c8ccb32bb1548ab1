"""Where the text is cut. One file per kind; one import line registers it."""

from rag_core.parts.chunker.base import Chunker

from rag_core.parts.chunker import sentence, token  # noqa: F401  isort: skip

__all__ = ["Chunker"]
