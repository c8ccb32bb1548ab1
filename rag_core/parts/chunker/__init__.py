"""The slot `chunker`: how documents are cut into chunks. One file per kind, registered by its import."""

from rag_core.parts.chunker.base import Chunker

from rag_core.parts.chunker import (  # noqa: F401  isort: skip
    atoms,
    characters,
    cluster_semantic,
    recursive,
    semantic,
    sentence,
    token,
    markdown,
    page,
)

__all__ = ["Chunker"]
