"""The slot `chunker`: how documents are cut into chunks. One file per kind, registered by its import."""

from rag_core.parts.chunker.base import Chunker

from rag_core.parts.chunker import atoms, characters, cluster_semantic, recursive, semantic, sentence, token  # noqa: F401  isort: skip

__all__ = ["Chunker"]
