"""The slot `answer`: how a language model answers from the hits. One file per kind, registered by its import."""

from rag_core.parts.answer.base import Answering

from rag_core.parts.answer import compact, refine, tree_summarize  # noqa: F401  isort: skip  # type: ignore[attr-defined]

__all__ = ["Answering"]
