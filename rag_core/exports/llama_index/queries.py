"""Code of searches for several weighted queries: what the query part's `queries(question)` returns."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.setting import Setting
from rag_core.stages import query

QUERY = pasted(query)  # the class Query(text, weight, role, use)
HYBRID_ARGUMENTS = "queries, dense, lambda group: bm25(group[0].text)"
QUERY_EMBEDDING = Code(
    imports=("import numpy as np",),
    functions='''\
class QueryEmbedding:
    """Embeds a group of queries as one: the mean of their vectors by weight, of length 1.

    A passage, such as a hypothetical answer, is embedded as what is indexed.
    """

    def __init__(self, embed_model):
        self._embed_model = embed_model

    def get_query_embedding(self, group):
        total = sum(query.weight * np.array(self._embedded(query)) for query in group)
        return total / (np.linalg.norm(total) or 1)

    def _embedded(self, query):
        if query.role == "passage":
            return self._embed_model.get_text_embedding(query.text)
        return self._embed_model.get_query_embedding(query.text)
''',
)
AVERAGED = Code(
    functions='''\
def grouped(queries, search):
    """The queries for a search, `dense` or `bm25`, in groups: those whose vectors are averaged are one group."""
    asked = [query for query in queries if query.use in (search, "both")]
    mean = [query for query in asked if query.averaged and search == "dense"]
    return [*([mean] if mean else []), *([query] for query in asked if query not in mean)]


def averaged(groups, scores):
    """The mean over groups of queries, by their weights, of the scores that `scores(group)` computes."""
    weights = [sum(query.weight for query in group) for group in groups]
    total = sum(weights) or 1
    return sum(weight / total * scores(group) for weight, group in zip(weights, groups, strict=True))
''',
    own="the weighted scores of several queries",
)
_EACH_QUERY = '''\
class EachQuery:
    """The scores of the queries for one search, averaged by weight, each scaled to the range from 0 to 1 first."""

    def __init__(self, queries, search, scores):
        self._queries, self._search, self._scores = queries, search, scores

    def __call__(self, question):
        groups = grouped(self._queries(question), self._search)
        if len(groups) == 1:
            return self._scores(groups[0])
        return averaged(groups, lambda group: scaled(self._scores(group)))
'''
_OF_ONE = """\
        if len(groups) == 1:
            return self._scores(groups[0])
"""
WEIGHTED = '''\
class WeightedScores:
    """The weighted sum of cosine similarity and BM25, each averaged over the queries by their weights.

    The scores for each query are scaled to the range from 0 to 1 over all nodes first. LlamaIndex's
    QueryFusionRetriever scales over the hits of each retriever, and adds up those of equal texts.
    """

    def __init__(self, queries, dense, bm25):
        self._queries, self._dense, self._bm25 = queries, dense, bm25

    def __call__(self, question):
        queries = self._queries(question)
        dense = averaged(grouped(queries, "dense"), lambda group: scaled(self._dense(group)))
        lexical = averaged(grouped(queries, "bm25"), lambda group: scaled(self._bm25(group)))
        return DENSE_WEIGHT * dense + (1 - DENSE_WEIGHT) * lexical
'''
BY_RANKS = '''\
class RankFusion:
    """Reciprocal rank fusion of cosine similarity and BM25, both averaged over the queries by their weights.

    What has no word of the queries has no rank in BM25. LlamaIndex's QueryFusionRetriever counts ranks from 0, and
    adds up those of equal texts.
    """

    def __init__(self, queries, dense, bm25):
        self._queries, self._dense, self._bm25 = queries, dense, bm25

    def __call__(self, question):
        queries = self._queries(question)
        dense = averaged(grouped(queries, "dense"), self._dense)
        lexical = averaged(grouped(queries, "bm25"), self._bm25)
        return self._shares(dense) + np.where(lexical > 0, self._shares(lexical), 0)

    def _shares(self, scores):
        shares = np.zeros(len(scores))
        shares[best_first(scores)] = 1 / (RRF_K + 1 + np.arange(len(scores)))
        return shares
'''


def each_query_code(search: str, setting: Setting, scaled: Code) -> tuple[Code, str]:
    """The class for a single search, `dense` or `bm25`, and the expression that makes an object of it.

    `scaled` is the code of that function. The scores of one query are as they are, unless levels are averaged.
    """
    functions = _EACH_QUERY if setting.levels == 1 else _EACH_QUERY.replace(_OF_ONE, "")
    scores = {"dense": "dense", "bm25": "lambda group: bm25(group[0].text)"}[search]
    return Code(functions=functions, needs=(AVERAGED, scaled)), f'EachQuery(queries, "{search}", {scores})'
