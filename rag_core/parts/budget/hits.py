"""The budget `hits`: each of the k best entries is a hit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.part import register
from rag_core.parts.budget.base import Budget, Resolve
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.ranking import Scored
from rag_core.text.numbers import counted


@register
class Hits(Budget):
    """Takes the k best entries; if several refer to the same chunk, the k hits have fewer than k distinct texts.

    Entries that merge into parents, as those of the reference hierarchy do, are then fewer than k hits.
    """

    kind: Literal["hits"] = "hits"
    label: ClassVar[str] = "k hits"
    summary: ClassVar[str] = "Takes the k best entries, one hit per entry, even if several refer to the same chunk"

    hits: int = Field(2, ge=1, le=50, title="Hits", description="Number of entries taken")

    @override
    def short(self) -> str:
        return counted(self.hits, "hit")

    @override
    def chosen(self, scored: Sequence[Scored], resolve: Resolve, built: BuiltIndex) -> list[Candidate]:
        if built.merges:
            return resolve(scored[: self.hits])
        return [candidate for one in scored[: self.hits] for candidate in resolve([one])]
