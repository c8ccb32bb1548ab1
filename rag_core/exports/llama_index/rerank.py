"""Code that re-scores what the search found."""

from __future__ import annotations

from rag_core.embeddings.late import unit_rows
from rag_core.errors import UserError
from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.late import TOKEN_VECTORS
from rag_core.exports.llama_index.reranking import needs_chunks, reranked_code
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.rerank import Reranker, marginal_relevance, max_similarity
from rag_core.parts.rerank.cross_encoder import CrossEncoderReranking
from rag_core.parts.rerank.late_interaction import LateInteraction
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
_VECTORS_OF_SEARCH = Code(
    functions='''\
def vectors_in(search, ranked):
    """The function that gives the vectors which a search has of nodes, `ranked` being all that it ranks."""
    places = {node.node_id: i for i, node in enumerate(ranked)}
    return lambda nodes: search.vectors[[places[node.node_id] for node in nodes]]
'''
)
_VECTORS_OF_TEXTS = Code(
    imports=("from llama_index.core.schema import MetadataMode",),
    functions='''\
def vectors_by(embed_model):
    """The function that embeds the texts of nodes."""
    return lambda nodes: embed_model.get_text_embedding_batch([node.get_content(MetadataMode.EMBED) for node in nodes])
''',
)


@part_code.register
def _(part: MMR, setting: Setting) -> Code:
    if setting.levels > 1 or setting.transforms:
        raise UserError(
            "rerank.kind=mmr cannot be exported with several windows around each chunk, or with queries other than the "
            "question. Choose another reference or query.kind=none, or rerank.kind=none."
        )
    vectors, vectors_code = "vectors_by(embed_model)", _VECTORS_OF_TEXTS
    if setting.has_vectors:
        vectors, vectors_code = f"vectors_in(dense, {setting.indexed})", _VECTORS_OF_SEARCH
    relevance = _SCORES if setting.ranks_by_cosine else f"scaled_to_one({_SCORES})"
    return Code(
        imports=(
            "import numpy as np",
            "from llama_index.core.retrievers import BaseRetriever",
            "from llama_index.core.schema import NodeWithScore",
        ),
        constants={"RERANKED_ENTRIES": part.entries, "LAMBDA_MULT": part.lambda_mult},
        functions=_DIVERSE.replace("RELEVANCE", relevance),
        lines=f"retriever = Diverse(retriever, {vectors})\n",
        needs=(pasted(marginal_relevance), vectors_code),
        own="maximal marginal relevance",
    )


_MAX_SIM = Code(
    imports=("import numpy as np", "from llama_index.core.schema import MetadataMode"),
    functions='''\
class MaxSim:
    """Late interaction: the mean over the question's word pieces of the best match of each in a text, rare ones more.

    For models that take the mean of the tokens, read in float32; each text is read alone.
    """

    def __init__(self, text, chunks, embed_model):
        self._model = embed_model._model
        tokens = self._tokens(text)
        starts = np.array(tokens["offset_mapping"], np.int64).reshape(-1, 2)[:, 0]
        spans = np.array([(chunk.start_char_idx, chunk.end_char_idx) for chunk in chunks], np.int64)
        self._document = np.array(tokens["input_ids"]), starts, spans

    def __call__(self, question, nodes):
        asked = self._tokens(question)["input_ids"]
        texts = [self._vectors(node.get_content(MetadataMode.EMBED)) for node in nodes]
        vectors = unit_rows(token_vectors(asked, self._model, 0, "query"))
        return max_similarities(vectors, texts, piece_weights(np.array(asked), [self._document]))

    def _vectors(self, text):
        return unit_rows(token_vectors(self._tokens(text)["input_ids"], self._model, 0)).astype(np.float16)

    def _tokens(self, text):
        return self._model.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
''',
    needs=(pasted(max_similarity), pasted(unit_rows), TOKEN_VECTORS),
    own="late interaction",
)


@needs_chunks.register
def _(reranker: LateInteraction) -> bool:
    return True  # it weighs the question's word pieces by them


@part_code.register
def _(part: LateInteraction, setting: Setting) -> Code:
    _refuse_windows(part, setting)
    return reranked_code(part.entries, "MaxSim(text, chunks, embed_model)", _MAX_SIM)


_CROSS_ENCODED = '''\
class CrossEncoded(BaseRetriever):
    """Ranks the best hits by the scores of a cross-encoder; the others follow without a score."""

    def __init__(self, retriever):
        self._retriever = retriever
        self._reranker = SentenceTransformerRerank(model=CROSS_ENCODER, top_n=RERANKED_ENTRIES)
        super().__init__()

    def _retrieve(self, query_bundle):
        hits = self._retriever.retrieve(query_bundle)
        best = self._reranker.postprocess_nodes(hits[:RERANKED_ENTRIES], query_bundle)
        return [*best, *(NodeWithScore(node=hit.node) for hit in hits[RERANKED_ENTRIES:])]
'''


@part_code.register
def _(part: CrossEncoderReranking, setting: Setting) -> Code:
    _refuse_windows(part, setting)
    return Code(
        imports=(
            "from llama_index.core.postprocessor import SentenceTransformerRerank",
            "from llama_index.core.retrievers import BaseRetriever",
            "from llama_index.core.schema import NodeWithScore",
        ),
        constants={"RERANKED_ENTRIES": part.entries, "CROSS_ENCODER": part.model},
        functions=_CROSS_ENCODED,
        lines="retriever = CrossEncoded(retriever)\n",
    )


def _refuse_windows(part: Reranker, setting: Setting) -> None:
    if setting.resolving == "spans":
        raise UserError(
            f"rerank.kind={part.kind} cannot be exported with reference.kind=windows. Choose another reference, or "
            "rerank.kind=none."
        )
