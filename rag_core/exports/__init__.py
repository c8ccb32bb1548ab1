"""Exports of strategies, as a plain LlamaIndex program or retriever, and of comparisons, as CSV or JSON."""

from rag_core.exports.llama_index import llama_index_program
from rag_core.exports.retriever import to_llama_index
from rag_core.exports.table import comparison_csv, comparison_json

__all__ = ["comparison_csv", "comparison_json", "llama_index_program", "to_llama_index"]
