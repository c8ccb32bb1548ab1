"""The slot `rerank`: how retrieved entries are scored again. One file per kind, registered by its import."""

from rag_core.parts.rerank.base import Reranker

from rag_core.parts.rerank import none, mmr, late_interaction, cross_encoder, llm  # noqa: F401  isort: skip

__all__ = ["Reranker"]
