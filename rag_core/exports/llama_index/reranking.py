"""Code of the retriever that scores the best hits again, for rerankers that score each text by itself."""

from __future__ import annotations

from functools import singledispatch

from rag_core.exports.llama_index.code import Code
from rag_core.parts.rerank import Reranker

_RERANKED = '''\
class Reranked(BaseRetriever):
    """Ranks the best hits by the scores that `scores(question, nodes)` computes for them; the others follow without."""

    def __init__(self, retriever, scores):
        self._retriever, self._scores = retriever, scores
        super().__init__()

    def _retrieve(self, query_bundle):
        hits = self._retriever.retrieve(query_bundle)
        nodes = [hit.node for hit in hits[:RERANKED_ENTRIES]]
        scores = self._scores(query_bundle.query_str, nodes) if nodes else []
        found = [NodeWithScore(node=node, score=float(score)) for node, score in zip(nodes, scores, strict=True)]
        rest = [NodeWithScore(node=hit.node) for hit in hits[RERANKED_ENTRIES:]]  # a score on another scale is none
        return [*sorted(found, key=lambda hit: -hit.score), *rest]
'''


@singledispatch
def needs_chunks(reranker: Reranker) -> bool:
    """Whether the reranker must know where the chunks stand, even if they are not indexed."""
    return False


def reranked_code(entries: int, scores: str, *needs: Code) -> Code:
    """The line that wraps `retriever`; `scores` is the expression for the function, `needs` the code that it needs."""
    return Code(
        imports=(
            "from llama_index.core.retrievers import BaseRetriever",
            "from llama_index.core.schema import NodeWithScore",
        ),
        constants={"RERANKED_ENTRIES": entries},
        functions=_RERANKED,
        lines=f"retriever = Reranked(retriever, {scores})\n",
        needs=needs,
    )
