"""How a language model is led through the hits to an answer. One file per kind; one import line registers it."""

from rag_core.parts.answer.base import Answering

from rag_core.parts.answer import compact, refine, tree_summarize  # noqa: F401  isort: skip  # type: ignore[attr-defined]

__all__ = ["Answering"]
