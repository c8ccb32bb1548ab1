"""The budget `all`: the whole ranking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from typing_extensions import override

from rag_core.part import register
from rag_core.parts.budget.base import Budget, Resolve
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.ranking import Scored


@register
class All(Budget):
    """Takes every entry of the ranking; entries that refer to the same chunk are one hit."""

    kind: Literal["all"] = "all"
    label: ClassVar[str] = "Everything ranked"
    summary: ClassVar[str] = (
        "Takes every entry, so that the search decides only the order; a lowest score still applies"
    )

    @override
    def short(self) -> str:
        return "all"

    @override
    def chosen(self, scored: Sequence[Scored], resolve: Resolve, built: BuiltIndex) -> list[Candidate]:
        return resolve(scored)
