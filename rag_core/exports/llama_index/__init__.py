"""A strategy as a plain LlamaIndex program: one module per slot writes that slot's code."""

from rag_core.exports.llama_index.program import llama_index_program

# One import line registers the writers of one slot.
from rag_core.exports.llama_index import answer, budget, chunker, parser, query, reference, rerank, rerank_llm, search  # noqa: F401  isort: skip
from rag_core.exports.llama_index import hierarchy, llm_context, sentence_window  # noqa: F401  isort: skip

__all__ = ["llama_index_program"]
