"""Where the cuts fall. One file a chunker; one import line registers it."""

from rag_core.chunkers.base import Chunker

from rag_core.chunkers import sentence, token  # noqa: F401  isort: skip

__all__ = ["Chunker"]
