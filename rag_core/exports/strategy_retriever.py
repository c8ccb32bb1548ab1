"""The retriever class of `to_llama_index`, in a module of its own because it imports LlamaIndex."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.llms.base import ChatModel
from rag_core.pipeline.compare import compare
from rag_core.stages.results import Hit
from rag_core.strategy import Strategy


class StrategyRetriever(BaseRetriever):
    """Runs a comparison with one column for every query."""

    def __init__(
        self,
        strategy: Strategy,
        documents: Sequence[Document],
        vectors: Vectors | None = None,
        llm: ChatModel | None = None,
    ) -> None:
        self._strategy = strategy
        self._documents = list(documents)
        self._vectors = vectors
        self._llm = llm
        super().__init__()

    @override
    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        result = compare(
            self._documents, query_bundle.query_str, [self._strategy], vectors=self._vectors, llm=self._llm
        )
        labels = result.labels
        seen: Counter[str] = Counter()
        found = []
        for hit in result.columns[0].hits:
            node = _node(hit, labels[hit.document], seen)
            found.append(NodeWithScore(node=node, score=hit.score))
        return found


def _node(hit: Hit, label: str, seen: Counter[str]) -> TextNode:
    node_id = f"{hit.document}:{hit.start}-{hit.end}"
    seen[node_id] += 1
    metadata = {
        "document": label,
        "pages": ", ".join(map(str, hit.pages)),
        "start": hit.start,
        "end": hit.end,
        "via": ", ".join(via.kind for via in hit.via),
    }
    return TextNode(
        # LlamaIndex drops the second of two hits with the same id.
        id_=node_id if seen[node_id] == 1 else f"{node_id}#{seen[node_id]}",
        text=hit.text,
        start_char_idx=hit.start,
        end_char_idx=hit.end,
        metadata=metadata,
        # Neither embedded nor shown to the LLM: strategies are compared by their texts alone.
        excluded_embed_metadata_keys=list(metadata),
        excluded_llm_metadata_keys=list(metadata),
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=hit.document)},
    )
