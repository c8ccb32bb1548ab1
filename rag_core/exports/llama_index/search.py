"""Code that makes `retriever`, which finds the best of what is indexed."""

from __future__ import annotations

from rag_core.exports.llama_index import fusion, scores
from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.lexical import bm25_code
from rag_core.exports.llama_index.queries import each_query_code
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.search.bm25 import BM25Search
from rag_core.parts.search.dense import DenseSearch
from rag_core.parts.search.hybrid import HybridSearch


@part_code.register
def _(part: DenseSearch, setting: Setting) -> Code:
    if setting.by_scores:
        return _ranking(setting, "dense", scores.dense_code(setting), scores.best_nodes_code())
    return Code(
        imports=("from llama_index.core import VectorStoreIndex",),
        lines=f"index = VectorStoreIndex({setting.indexed}, embed_model=embed_model)\n"
        f"retriever = index.as_retriever(similarity_top_k={setting.top_k})\n",
    )


@part_code.register
def _(part: BM25Search, setting: Setting) -> Code:
    return _ranking(setting, "bm25", bm25_code(part, setting), scores.best_nodes_code())


@part_code.register
def _(part: HybridSearch, setting: Setting) -> Code:
    fused, made = fusion.fusion_code(part, setting)
    best_nodes = scores.best_nodes_code(tie=part.fusion != "rrf")
    return _ranking(setting, made, scores.dense_code(setting), bm25_code(part, setting), fused, best_nodes)


def _ranking(setting: Setting, made: str, *needs: Code) -> Code:
    """The line that makes `retriever` of the expression for an object that computes the scores for a question."""
    if made in ("dense", "bm25") and setting.transforms:
        code, made = each_query_code(made, setting, fusion.scaled_code(setting))
        needs = (*needs, code)
    elif made in ("dense", "bm25") and setting.levels > 1:
        made, needs = f"MeanOfWidths({made})", (*needs, fusion.MEAN_OF_WIDTHS)
    return Code(lines=f"retriever = BestNodes({setting.indexed}, {made}, {setting.top_k})\n", needs=needs)
