"""Code that scales scores and fuses those of several searches, window widths and queries."""

from __future__ import annotations

import re

from rag_core.exports.llama_index import queries
from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.scores import BEST_FIRST
from rag_core.exports.llama_index.setting import Setting
from rag_core.parts.search.hybrid import RRF_K, HybridSearch

_NUMPY = "import numpy as np"
_SCALED = Code(
    imports=(_NUMPY,),
    functions='''\
def scaled(scores):
    """The scores, scaled to the range from 0 to 1; all 0 where they differ by rounding only."""
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high - low > TIE else np.zeros(len(scores))
''',
    needs=(BEST_FIRST,),
)
_SCALED_WIDTHS = Code(
    imports=(_NUMPY,),
    functions='''\
def scaled(scores):
    """The mean over the widths of the scores, each scaled to the range from 0 to 1; 0 where they are equal."""
    low = scores.min(axis=1, keepdims=True)
    width = scores.max(axis=1, keepdims=True) - low
    return np.divide(scores - low, width, out=np.zeros_like(scores), where=width > TIE).mean(axis=0)
''',
    needs=(BEST_FIRST,),
)
MEAN_OF_WIDTHS = Code(
    functions='''\
class MeanOfWidths:
    """The mean score over the window widths."""

    def __init__(self, scores):
        self._scores = scores

    def __call__(self, question):
        return scaled(self._scores(question))
''',
    needs=(_SCALED_WIDTHS,),
)
_WEIGHTED = '''\
class WeightedScores:
    """The weighted sum of cosine similarity and BM25, each scaled to the range from 0 to 1 over all nodes.

    LlamaIndex's QueryFusionRetriever scales over the hits of each retriever, and adds up those of equal texts.
    """

    def __init__(self, dense, bm25):
        self._dense, self._bm25 = dense, bm25

    def __call__(self, question):
        return DENSE_WEIGHT * scaled(self._dense(question)) + (1 - DENSE_WEIGHT) * scaled(self._bm25(question))
'''
_BY_RANKS = '''\
class RankFusion:
    """Reciprocal rank fusion of cosine similarity and BM25; what has no word of the question has no rank in BM25.

    LlamaIndex's QueryFusionRetriever counts ranks from 0, and adds up those of equal texts.
    """

    def __init__(self, dense, bm25):
        self._dense, self._bm25 = dense, bm25

    def __call__(self, question):
        dense, lexical = self._dense(question), self._bm25(question)
        return self._shares(dense) + np.where(lexical > 0, self._shares(lexical), 0)

    def _shares(self, scores):
        shares = np.zeros(len(scores))
        shares[best_first(scores)] = 1 / (RRF_K + 1 + np.arange(len(scores)))
        return shares
'''


def scaled_code(setting: Setting) -> Code:
    """The function `scaled(scores)`, which makes scores comparable with those of other searches and queries."""
    return _SCALED if setting.levels == 1 else _SCALED_WIDTHS


def fusion_code(part: HybridSearch, setting: Setting) -> tuple[Code, str]:
    """The class that fuses the scores, and the expression that makes an object of it."""
    of_queries = (queries.AVERAGED,) if setting.transforms else ()
    arguments = queries.HYBRID_ARGUMENTS if setting.transforms else "dense, bm25"
    if part.fusion == "rrf":
        constants, functions, needs = {"RRF_K": RRF_K}, _by_ranks(setting), (BEST_FIRST, *of_queries)
        code = Code((_NUMPY,), constants, functions, needs=needs, own="hybrid search")
        return code, f"RankFusion({arguments})"
    functions = queries.WEIGHTED if setting.transforms else _WEIGHTED
    code = Code(
        constants={"DENSE_WEIGHT": part.dense_weight},
        functions=functions,
        needs=(scaled_code(setting), *of_queries),
        own="hybrid search",
    )
    return code, f"WeightedScores({arguments})"


def _by_ranks(setting: Setting) -> str:
    functions = queries.BY_RANKS if setting.transforms else _BY_RANKS
    if setting.levels == 1:
        return functions
    scores = r"(self\._(?:dense|bm25)\(question\)|averaged\(.*\))"
    return re.sub(scores, r"\1.mean(axis=0)", functions)  # the mean over the widths is ranked
