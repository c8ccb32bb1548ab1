"""Code that makes `retriever`, which finds the best of what is indexed."""

from __future__ import annotations

from rag_core.errors import UserError
from rag_core.exports.llama_index import fusion, scores
from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.lexical import bm25_code
from rag_core.exports.llama_index.queries import each_query_code
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.search.bm25 import BM25Search
from rag_core.parts.search.dense import DenseSearch
from rag_core.parts.search.everything import Everything
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


_EACH_TEXT_ONCE = Code(
    functions='''\
def each_text_once(chunks):
    """The chunks, each without the text that it has in common with those before it."""
    end = 0
    for chunk in chunks:
        if chunk.start_char_idx < end:
            chunk.text = chunk.text[end - chunk.start_char_idx :].lstrip()
        end = max(end, chunk.end_char_idx)
    return [chunk for chunk in chunks if chunk.text]
'''
)


@part_code.register
def _(part: Everything, setting: Setting) -> Code:
    if setting.resolving != "chunks":
        raise UserError(
            "search.kind=everything can be exported only where the chunks themselves are indexed. Choose "
            "reference.kind=itself."
        )
    if setting.reranks:
        raise UserError(
            "search.kind=everything cannot be exported with a reranker: it gives no scores, and all of the text. "
            "Choose rerank.kind=none."
        )
    return Code(
        imports=("from llama_index.core import SummaryIndex",),
        lines="retriever = SummaryIndex(each_text_once(chunks)).as_retriever()\n",
        needs=(_EACH_TEXT_ONCE,),
    )


def _ranking(setting: Setting, made: str, *needs: Code) -> Code:
    """The line that makes `retriever` of the expression for an object that computes the scores for a question."""
    if made in ("dense", "bm25") and setting.transforms:
        code, made = each_query_code(made, setting, fusion.scaled_code(setting))
        needs = (*needs, code)
    elif made in ("dense", "bm25") and setting.levels > 1:
        made, needs = f"MeanOfWidths({made})", (*needs, fusion.MEAN_OF_WIDTHS)
    return Code(lines=f"retriever = BestNodes({setting.indexed}, {made}, {setting.top_k})\n", needs=needs)
