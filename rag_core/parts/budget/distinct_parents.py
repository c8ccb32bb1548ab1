"""Distinct chunks: several entries that lead to one chunk are one hit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from rag_core.documents.document import Document
from rag_core.part import register
from rag_core.parts.budget.base import PARENTS_CODE, Budget, Candidate, parents
from rag_core.program import Code, Setting
from rag_core.stages.entries import Entry, Scored

_CODE = '''\
class FirstHits(BaseRetriever):
    """Hands on the first hits of a retriever that ranks them all."""

    def __init__(self, retriever):
        self._retriever = retriever
        super().__init__()

    def _retrieve(self, query_bundle):
        return self._retriever.retrieve(query_bundle)[:HITS]
'''


@register
class DistinctParents(Budget):
    """Takes k distinct chunks; without a number, those that the search's entries lead to, as LlamaIndex does."""

    kind: Literal["distinct_parents"] = "distinct_parents"
    label: ClassVar[str] = "k distinct parents"
    summary: ClassVar[str] = "Takes distinct chunks: going on until there are k, or those of the entries searched"

    hits: int | None = Field(
        None,
        ge=1,
        le=50,
        title="Distinct parents",
        description="Number of distinct chunks taken; empty: those that the searched entries lead to",
    )

    @property
    def sets_number(self) -> bool:
        """See Budget."""
        return self.hits is not None

    def short(self) -> str:
        """See Part."""
        return "distinct parents" if self.hits is None else f"{self.hits} distinct parents"

    def take(
        self, ranked: Sequence[Scored], entries: Sequence[Entry], documents: Sequence[Document], searched: int
    ) -> list[Candidate]:
        """See Budget."""
        return parents(ranked[:searched], entries) if self.hits is None else parents(ranked, entries, self.hits)

    def llama_index_top_k(self, refers: bool) -> str:
        """See Budget."""
        if self.hits is None:
            return "ENTRIES_SEARCHED"
        return "len(entries)" if refers else "HITS"

    def llama_index_code(self, setting: Setting) -> Code:
        """See Part."""
        constants = {"HITS": self.hits} if self.hits else {"ENTRIES_SEARCHED": setting.entries_searched}
        if not setting.refers:
            return Code(constants=constants)
        if self.hits is None:
            return Code(constants=constants, imports=PARENTS_CODE.imports, lines=PARENTS_CODE.lines)
        return Code(
            imports=(*PARENTS_CODE.imports, "from llama_index.core.retrievers import BaseRetriever"),
            constants=constants,
            functions=_CODE,
            lines=PARENTS_CODE.lines + "retriever = FirstHits(retriever)\n",
        )
