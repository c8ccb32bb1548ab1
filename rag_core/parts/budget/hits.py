"""The k best entries, one hit each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from rag_core.documents.document import Document
from rag_core.part import register
from rag_core.parts.budget.base import Budget, Candidate
from rag_core.program import Code, Setting
from rag_core.stages.entries import Entry, Scored

_CODE = '''\
class ChunkOfEachHit(BaseRetriever):
    """Hands on the chunk that each hit refers to, also where two hits refer to the same."""

    def __init__(self, retriever, chunks):
        self._retriever = retriever
        self._chunk_by_id = {chunk.node_id: chunk for chunk in chunks}
        super().__init__()

    def _retrieve(self, query_bundle):
        hits = self._retriever.retrieve(query_bundle)
        # A node of its own for each hit: LlamaIndex drops a second hit with the same id.
        chunks = [TextNode(text=self._chunk_by_id[hit.node.index_id].text) for hit in hits]
        return [NodeWithScore(node=chunk, score=hit.score) for chunk, hit in zip(chunks, hits, strict=True)]
'''


@register
class Hits(Budget):
    """Takes k entries; where several stand for one chunk, k hits are fewer distinct texts, and the page says so."""

    kind: Literal["hits"] = "hits"
    label: ClassVar[str] = "k hits"
    summary: ClassVar[str] = "Takes the k best entries, one hit each, even where two lead to the same chunk"

    hits: int = Field(2, ge=1, le=50, title="Hits", description="Number of entries taken")

    def short(self) -> str:
        """See Part."""
        return f"{self.hits} hits"

    def take(
        self, ranked: Sequence[Scored], entries: Sequence[Entry], documents: Sequence[Document], searched: int
    ) -> list[Candidate]:
        """See Budget."""
        best = [(scored, entries[scored.entry]) for scored in ranked[: self.hits]]
        return [Candidate(entry.document, entry.chunk, scored.score, [scored]) for scored, entry in best]

    def llama_index_top_k(self, refers: bool) -> str:
        """See Budget."""
        return "HITS"

    def llama_index_code(self, setting: Setting) -> Code:
        """See Part."""
        constants = {"HITS": self.hits}
        if not setting.refers:
            return Code(constants=constants)
        return Code(
            imports=(
                "from llama_index.core.retrievers import BaseRetriever",
                "from llama_index.core.schema import NodeWithScore, TextNode",
            ),
            constants=constants,
            functions=_CODE,
            lines="retriever = ChunkOfEachHit(retriever, chunks)\n",
        )
