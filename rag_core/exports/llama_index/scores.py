"""Code of objects that compute the scores of all nodes for a question, and of the retriever that ranks by them."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.setting import Setting
from rag_core.parts.search.hybrid import RRF_K, HybridSearch
from rag_core.stages import ordering

_NUMPY = "import numpy as np"
_BEST_FIRST = pasted(ordering)

_BEST_NODES = '''\
class BestNodes(BaseRetriever):
    """Ranks nodes by the scores that `scores(question)` computes for all of them; equal ones in document order."""

    def __init__(self, nodes, scores, top_k):
        self._nodes, self._scores, self._top_k = nodes, scores, top_k
        super().__init__()

    def _retrieve(self, query_bundle):
        scores = self._scores(query_bundle.query_str)
        best = best_first(scores)[: self._top_k]
        return [NodeWithScore(node=self._nodes[i], score=float(scores[i])) for i in best]
'''
_DENSE_SCORES = Code(
    imports=(_NUMPY,),
    functions='''\
class DenseScores:
    """The cosine similarities of vectors, of shape (..., dimensions), to a question."""

    def __init__(self, vectors, embed_model):
        self._vectors, self._embed_model = vectors, embed_model

    def __call__(self, question):
        return self._vectors @ np.array(self._embed_model.get_query_embedding(question))
''',
)
_EMBED_NODES = "from llama_index.core.indices.utils import embed_nodes"
_VECTORS_OF = Code(
    imports=(_NUMPY, _EMBED_NODES),
    functions='''\
def vectors_of(nodes, embed_model):
    """The nodes' vectors; LlamaIndex embeds what has none yet."""
    by_id = embed_nodes(nodes, embed_model)
    return np.array([by_id[node.node_id] for node in nodes])
''',
    needs=(_DENSE_SCORES,),
)
_MEAN_VECTORS_OF = Code(
    imports=(_NUMPY, _EMBED_NODES),
    functions='''\
def vectors_of(nodes, embed_model):
    """The mean of the nodes' late vectors and those of their texts alone; a text of its own has only the latter."""
    by_id = embed_nodes(nodes, embed_model)
    alone = embed_model.get_text_embedding_batch([node.text for node in nodes])
    return (np.array([by_id[node.node_id] for node in nodes]) + np.array(alone)) / 2
''',
    needs=(_DENSE_SCORES,),
    own="the mean of two kinds of vectors",
)
_VECTORS_OF_WINDOWS = Code(
    imports=(_NUMPY,),
    functions='''\
def vectors_of_windows(text, windows, embed_model):
    """The vectors of the windows' texts, of shape (widths, chunks, dimensions)."""
    texts = [[text[start:end] for start, end in width] for width in windows.tolist()]
    return np.array([embed_model.get_text_embedding_batch(of_width) for of_width in texts])
''',
    needs=(_DENSE_SCORES,),
)
_LATE_WINDOWS = Code(
    imports=(_NUMPY,),
    functions='''\
class LateScores:
    """The cosine similarities of windows' late vectors to a question, by running sums over the tokens."""

    def __init__(self, late, windows, embed_model):
        self._embed_model = embed_model
        self._vectors = late.vectors.astype(np.float32)
        self._first, self._last = late.tokens_in(windows)
        self._lengths = np.sqrt(sum(self._sums(dimension) ** 2 for dimension in self._vectors.T))

    def __call__(self, question):
        query = np.array(self._embed_model.get_query_embedding(question))
        sums = self._sums(self._vectors @ query)
        return np.divide(sums, self._lengths, out=np.zeros_like(sums), where=self._lengths > 0)

    def _sums(self, of_tokens):
        running = np.concatenate(([0.0], np.cumsum(of_tokens, dtype=np.float64)))
        return running[self._last] - running[self._first]
''',
)
_MEAN_SCORES = Code(
    functions='''\
class MeanScores:
    """The mean of late scores and of those of the texts alone."""

    def __init__(self, late, alone):
        self._late, self._alone = late, alone

    def __call__(self, question):
        return (self._late(question) + self._alone(question)) / 2
'''
)
_SCALED = Code(
    imports=(_NUMPY,),
    functions='''\
def scaled(scores):
    """The scores, scaled to the range from 0 to 1; all 0 where they differ by rounding only."""
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high - low > TIE else np.zeros(len(scores))
''',
    needs=(_BEST_FIRST,),
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
    needs=(_BEST_FIRST,),
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


def best_nodes_code(*, tie: bool = True) -> Code:
    """The class that ranks nodes by scores, with a tolerance for rounding errors if scores can have them."""
    return Code(
        imports=(
            "from llama_index.core.retrievers import BaseRetriever",
            "from llama_index.core.schema import NodeWithScore",
        ),
        functions=_BEST_NODES if tie else _BEST_NODES.replace("best_first(scores)", "best_first(scores, tie=0.0)"),
        needs=(_BEST_FIRST,),
    )


def dense_code(setting: Setting) -> Code:
    """The line that makes `dense`, which computes the cosine similarities of what is scored, and what it needs."""
    if setting.levels == 1:
        vectors = _MEAN_VECTORS_OF if setting.pooling == "mean" else _VECTORS_OF
        return Code(
            lines=f"dense = DenseScores(vectors_of({setting.scored}, embed_model), embed_model)\n", needs=(vectors,)
        )
    late = "LateScores(late, windows, embed_model)"
    alone = "DenseScores(vectors_of_windows(text, windows, embed_model), embed_model)"
    if setting.pooling == "late":
        return Code(lines=f"dense = {late}\n", needs=(_LATE_WINDOWS,))
    if setting.pooling == "per_chunk":
        return Code(lines=f"dense = {alone}\n", needs=(_VECTORS_OF_WINDOWS,))
    return Code(
        lines=f"alone = {alone}\ndense = MeanScores({late}, alone)\n",
        needs=(_LATE_WINDOWS, _VECTORS_OF_WINDOWS, _MEAN_SCORES),
    )


def fusion_code(part: HybridSearch, setting: Setting) -> tuple[Code, str]:
    """The class that fuses the scores, and the expression that makes an object of it."""
    if part.fusion == "rrf":
        by_ranks = _BY_RANKS
        if setting.levels > 1:
            by_ranks = by_ranks.replace("(question)", "(question).mean(axis=0)")
        code = Code(
            imports=(_NUMPY,),
            constants={"RRF_K": RRF_K},
            functions=by_ranks,
            needs=(_BEST_FIRST,),
            own="hybrid search",
        )
        return code, "RankFusion(dense, bm25)"
    scaling = _SCALED if setting.levels == 1 else _SCALED_WIDTHS
    code = Code(
        constants={"DENSE_WEIGHT": part.dense_weight}, functions=_WEIGHTED, needs=(scaling,), own="hybrid search"
    )
    return code, "WeightedScores(dense, bm25)"
