"""Code that makes `retriever`, which finds the best of what is indexed."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.search.dense import DenseSearch


@part_code.register
def _(part: DenseSearch, setting: Setting) -> Code:
    return Code(
        imports=("from llama_index.core import VectorStoreIndex",),
        lines=f"index = VectorStoreIndex({setting.indexed}, embed_model=embed_model)\n"
        f"retriever = index.as_retriever(similarity_top_k={setting.top_k})\n",
    )
