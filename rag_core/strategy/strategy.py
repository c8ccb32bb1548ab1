"""A strategy is a frozen value: a name, and one part per slot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, SerializeAsAny, create_model, model_validator

from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.pooling import Pools
from rag_core.part import Part, Slot, slots
from rag_core.parts import SLOTS, build
from rag_core.text.numbers import counted

if TYPE_CHECKING:
    from rag_core.parts.answer import Answering
    from rag_core.parts.budget import Budget
    from rag_core.parts.chunker import Chunker
    from rag_core.parts.parser import Parser
    from rag_core.parts.query import QueryTransform
    from rag_core.parts.reference import Reference
    from rag_core.parts.rerank import Reranker
    from rag_core.parts.search import Search


class _Parts(BaseModel):
    """The methods of a strategy, which do not depend on the registered slots."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str

    if TYPE_CHECKING:  # `create_model` below adds one field per registered slot; the type checker needs them here
        parser: Parser
        chunker: Chunker
        reference: Reference
        query: QueryTransform
        search: Search
        rerank: Reranker
        budget: Budget
        answer: Answering

    @model_validator(mode="before")
    @classmethod
    def _build_parts(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            return values
        return {
            name: build(name, value) if name in SLOTS and isinstance(value, Mapping) else value
            for name, value in values.items()
        }

    def fitted(self, model: EmbeddingModel) -> Strategy:
        """The strategy adapted to an embedding model: defaults that the model does not support are replaced.

        Raises UserError if a setting that was chosen explicitly is not supported.
        """
        fitting = self.search.fitted(model)
        return self if fitting is self.search else self.model_copy(update={"search": fitting})

    def pools(self, model: EmbeddingModel) -> Pools:
        """How the column's vectors are made with an embedding model: as the search says.

        A search that compares no vectors says nothing about them. Those of a chunker, and of the sentences of a whole
        document, from which an extractive answer is chosen, are pooled late where the model can.
        """
        wants_many = self.chunker.uses_vectors or not self.search.gives_scores
        if wants_many and not self.search.embeds_entries:
            return Pools("late" if "late" in model.poolings else "per_chunk")
        return self.search.pools

    @property
    def score_name(self) -> str:
        """What the scores of its hits are; strategies whose scores have the same name have them on one scale."""
        return self.rerank.score_name_of(self.search.score_name_of(self.reference.levels))

    @property
    def asks_llm(self) -> bool:
        """Whether a language model is asked for each question, besides for its answer."""
        return self.query.asks_llm or self.rerank.asks_llm

    @property
    def max_calls(self) -> int:
        """The maximum number of calls of a language model for one question, besides for its answer."""
        return self.query.max_calls + self.rerank.max_calls

    def part(self, slot: str) -> Part:
        """The part in a slot, by the slot's name."""
        part: Part = getattr(self, slot)
        return part

    def short(self) -> str:
        """A short description of the parts, for example "sentence 1024/20 · itself · dense · 2 hits · refine"."""
        answer = [] if self._is_default("answer") else [self.answer.short()]
        return " · ".join([self.retrieval(), *answer])

    def retrieval(self) -> str:
        """A short description of the parts that determine the hits, without optional parts that are the default."""
        entries = f", {counted(self.search.entries, 'entry', 'entries')}"
        search = self.search.short() + ("" if self.budget.sets_number else entries)
        words = {"search": search, "rerank": "" if self.rerank.kind == "none" else self.rerank.short(), "answer": ""}
        if not self.reference.uses_chunk_size:
            words["chunker"] = ""
        words["budget"] = self.budget.short() + self.budget.short_limit()
        words |= {slot.name: "" for slot in slots() if slot.optional and self._is_default(slot.name)}
        return " · ".join(filter(None, (words.get(name, self.part(name).short()) for name in SLOTS)))

    def _is_default(self, slot: str) -> bool:
        default: Part = type(self).model_fields[slot].get_default()
        return self.part(slot) == default


def _field(slot: Slot) -> tuple[Any, Any]:
    typed = SerializeAsAny[slot.base]  # type: ignore[name-defined]  # a type that is known at run time
    return typed, slot.build(slot.default) if slot.optional else ...


if TYPE_CHECKING:
    Strategy = _Parts
else:
    Strategy = create_model(
        "Strategy", __base__=_Parts, __module__=__name__, **{slot.name: _field(slot) for slot in slots()}
    )
