"""The budget `distinct_parents`: several entries that refer to the same chunk are one hit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.part import register
from rag_core.parts.budget.base import Budget, Resolve
from rag_core.parts.budget.prefixes import first_candidates, shortest_prefix
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.ranking import Scored
from rag_core.text.numbers import counted


@register
class DistinctParents(Budget):
    """Takes k distinct chunks, or, as LlamaIndex does, all distinct chunks of the entries searched."""

    kind: Literal["distinct_parents"] = "distinct_parents"
    label: ClassVar[str] = "k distinct parents"
    summary: ClassVar[str] = "Takes the best k distinct chunks, or all distinct chunks of the entries searched"

    hits: int | None = Field(
        None,
        ge=1,
        le=50,
        title="Distinct parents",
        description="Number of distinct chunks taken; empty: all distinct chunks of the entries searched",
    )

    @property
    @override
    def sets_number(self) -> bool:
        return self.hits is not None

    @override
    def short(self) -> str:
        return "distinct parents" if self.hits is None else counted(self.hits, "distinct parent")

    @override
    def chosen(self, scored: Sequence[Scored], resolve: Resolve, built: BuiltIndex) -> list[Candidate]:
        if self.hits is None:
            return resolve(scored[: built.entries_searched])
        wanted = self.hits
        if not built.resolves_each:
            return list(first_candidates(scored, resolve, wanted))
        return resolve(shortest_prefix(scored, lambda prefix: len(resolve(prefix)) >= wanted))[:wanted]
