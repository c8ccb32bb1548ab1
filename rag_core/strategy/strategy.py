"""A strategy: six parts and a name, frozen; and the presets that people know from LlamaIndex's notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, SerializeAsAny, model_validator

from rag_core.embeddings.base import EmbeddingModel
from rag_core.part import SLOTS, Part, Slot, build
from rag_core.parts.answer import Answering
from rag_core.parts.answer.compact import Compact
from rag_core.parts.budget import Budget
from rag_core.parts.chunker import Chunker
from rag_core.parts.reference import Reference
from rag_core.parts.rerank import Reranker
from rag_core.parts.search import Search


class Strategy(BaseModel):
    """What is cut, what is indexed, what is found, how it is re-scored, how much of it is taken, how it is answered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    chunker: SerializeAsAny[Chunker]
    reference: SerializeAsAny[Reference]
    search: SerializeAsAny[Search]
    rerank: SerializeAsAny[Reranker]
    budget: SerializeAsAny[Budget]
    answer: SerializeAsAny[Answering] = Compact()  # files from before there was a choice have none

    @model_validator(mode="before")
    @classmethod
    def _build_parts(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            return values
        return {
            name: build(name, dict(value)) if name in SLOTS and isinstance(value, Mapping) else value
            for name, value in values.items()
        }

    def fitted(self, model: EmbeddingModel) -> Strategy:
        """The strategy as this model can do it: what was left to defaults gives way, what was asked for is an error."""
        fitting = self.search.fitted(model)
        return self if fitting is self.search else self.model_copy(update={"search": fitting})

    def part(self, slot: Slot) -> Part:
        """The part in that slot."""
        part: Part = getattr(self, slot)
        return part

    def short(self) -> str:
        """The parts in a few words each, for example "sentence 1024/20 · itself · dense · 2 hits · refine"."""
        return " · ".join([self.retrieval(), *([] if self.answer == Compact() else [self.answer.short()])])

    def retrieval(self) -> str:
        """The same of the parts that make the hits."""
        search = self.search.short() + ("" if self.budget.sets_number else f", {self.search.entries} entries")
        reranked = [] if self.rerank.kind == "none" else [self.rerank.short()]
        return " · ".join([self.chunker.short(), self.reference.short(), search, *reranked, self.budget.short()])


PRESETS: dict[str, dict[str, dict[str, Any]]] = {
    "baseline": {
        "reference": {"kind": "itself"},
        "budget": {"kind": "hits", "hits": 2},
    },
    "chunk_references": {
        "reference": {"kind": "children", "child_tokens": (128, 256, 512), "overlap_tokens": 20},
        "budget": {"kind": "distinct_parents"},
    },
    "metadata_references": {
        "reference": {"kind": "metadata", "questions": 5},
        "search": {"kind": "dense", "entries": 2},
        "budget": {"kind": "distinct_parents"},
    },
}
SHARED: dict[str, dict[str, Any]] = {
    "chunker": {"kind": "sentence", "chunk_tokens": 1024, "overlap_tokens": 20},
    "search": {"kind": "dense", "entries": 10},
    "rerank": {"kind": "none"},
    "answer": {"kind": "compact"},
}


def preset_names() -> list[str]:
    """The names of the presets, in the order of the table."""
    return list(PRESETS)
