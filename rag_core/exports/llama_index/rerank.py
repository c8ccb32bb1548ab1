"""Code that re-scores what the search found."""

from __future__ import annotations

from rag_core.errors import UserError
from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.rerank import marginal_relevance
from rag_core.parts.rerank.mmr import MMR
from rag_core.parts.rerank.none import NoReranking


@part_code.register
def _(part: NoReranking, setting: Setting) -> Code:
    return Code()


_DIVERSE = '''\
class Diverse(BaseRetriever):
    """Ranks the best hits again by maximal marginal relevance; the others follow without a score.

    LlamaIndex's query mode "mmr" compares a node only with the one taken just before it, not with all of them.
    """

    def __init__(self, retriever, vectors_of_nodes):
        self._retriever, self._vectors_of_nodes = retriever, vectors_of_nodes
        super().__init__()

    def _retrieve(self, query_bundle):
        hits = self._retriever.retrieve(query_bundle)
        if not hits:
            return []
        relevance = RELEVANCE[:RERANKED_ENTRIES]
        vectors = np.array(self._vectors_of_nodes([hit.node for hit in hits[:RERANKED_ENTRIES]]))
        order, scores = mmr(relevance, similarities(vectors[None]), LAMBDA_MULT)
        found = [NodeWithScore(node=hits[i].node, score=score) for i, score in zip(order, scores, strict=True)]
        return [*found, *(NodeWithScore(node=hit.node) for hit in hits[RERANKED_ENTRIES:])]
'''
_SCORES = "np.array([hit.score for hit in hits])"
_OF_SEARCH = "lambda nodes: dense.vectors[[places[node.node_id] for node in nodes]]"
_OF_TEXTS = (
    "lambda nodes: embed_model.get_text_embedding_batch([node.get_content(MetadataMode.EMBED) for node in nodes])"
)


@part_code.register
def _(part: MMR, setting: Setting) -> Code:
    if setting.levels > 1 or setting.transforms:
        raise UserError(
            "rerank.kind=mmr cannot be exported with several windows around each chunk, or with queries other than the "
            "question. Choose another reference or query.kind=none, or rerank.kind=none."
        )
    vectors, lines = _OF_TEXTS, ""
    if setting.has_vectors:
        vectors, lines = _OF_SEARCH, f"places = {{node.node_id: i for i, node in enumerate({setting.indexed})}}\n"
    relevance = _SCORES if setting.ranks_by_cosine else f"scaled_to_one({_SCORES})"
    return Code(
        imports=(
            "import numpy as np",
            "from llama_index.core.retrievers import BaseRetriever",
            "from llama_index.core.schema import MetadataMode, NodeWithScore",
        ),
        constants={"RERANKED_ENTRIES": part.entries, "LAMBDA_MULT": part.lambda_mult},
        functions=_DIVERSE.replace("RELEVANCE", relevance),
        lines=f"{lines}vectors_of_nodes = {vectors}\nretriever = Diverse(retriever, vectors_of_nodes)\n",
        needs=(pasted(marginal_relevance),),
        own="maximal marginal relevance",
    )
