"""Code of objects that compute the scores of all nodes for a question, and of the retriever that ranks by them."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.queries import QUERY_EMBEDDING
from rag_core.exports.llama_index.setting import Setting
from rag_core.stages import ordering

_NUMPY = "import numpy as np"
BEST_FIRST = pasted(ordering)

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
        self.vectors, self._embed_model = vectors, embed_model

    def __call__(self, question):
        return self.vectors @ np.array(self._embed_model.get_query_embedding(question))
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
_MEAN_VECTORS_OF = '''\
def vectors_of(nodes, embed_model):
    """The mean of the nodes' late vectors and those of their texts alone; a text of its own has only the latter."""
    by_id = embed_nodes(nodes, embed_model)
    alone = embed_model.get_text_embedding_batch(TEXTS)
    return (np.array([by_id[node.node_id] for node in nodes]) + np.array(alone)) / 2
'''
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


def best_nodes_code(*, tie: bool = True) -> Code:
    """The class that ranks nodes by scores, with a tolerance for rounding errors if scores can have them."""
    return Code(
        imports=(
            "from llama_index.core.retrievers import BaseRetriever",
            "from llama_index.core.schema import NodeWithScore",
        ),
        functions=_BEST_NODES if tie else _BEST_NODES.replace("best_first(scores)", "best_first(scores, tie=0.0)"),
        needs=(BEST_FIRST,),
    )


def texts_code(setting: Setting, nodes: str) -> Code:
    """The expression for the texts of nodes that are indexed, with what their metadata say if that is indexed too."""
    if not setting.contextual:
        return Code(lines=f"[node.text for node in {nodes}]")
    schema = "from llama_index.core.schema import MetadataMode"
    return Code(imports=(schema,), lines=f"[node.get_content(MetadataMode.EMBED) for node in {nodes}]")


def _vectors_of(setting: Setting) -> Code:
    if setting.pooling != "mean":
        return _VECTORS_OF
    texts = texts_code(setting, "nodes")
    return Code(
        imports=(_NUMPY, _EMBED_NODES, *texts.imports),
        functions=_MEAN_VECTORS_OF.replace("TEXTS", texts.lines),
        needs=(_DENSE_SCORES,),
        own="the mean of two kinds of vectors",
    )


def dense_code(setting: Setting) -> Code:
    """The lines that make `dense`, which computes the cosine similarities of what is scored, and what they need."""
    if not setting.transforms:
        return _dense_code(setting, "embed_model")
    code = _dense_code(setting, "by_role")
    return Code(lines="by_role = QueryEmbedding(embed_model)\n" + code.lines, needs=(QUERY_EMBEDDING, *code.needs))


def _dense_code(setting: Setting, asked: str) -> Code:
    """`asked` is the name of what embeds a question."""
    if setting.levels == 1:
        vectors = _vectors_of(setting)
        return Code(
            lines=f"dense = DenseScores(vectors_of({setting.scored}, embed_model), {asked})\n", needs=(vectors,)
        )
    late = f"LateScores(late, windows, {asked})"
    alone = f"DenseScores(vectors_of_windows(text, windows, embed_model), {asked})"
    if setting.pooling == "late":
        return Code(lines=f"dense = {late}\n", needs=(_LATE_WINDOWS,))
    if setting.pooling == "per_chunk":
        return Code(lines=f"dense = {alone}\n", needs=(_VECTORS_OF_WINDOWS,))
    return Code(
        lines=f"alone = {alone}\ndense = MeanScores({late}, alone)\n",
        needs=(_LATE_WINDOWS, _VECTORS_OF_WINDOWS, _MEAN_SCORES),
    )
