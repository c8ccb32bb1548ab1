"""The answer mode `compact`: one call with all hits that fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from typing_extensions import override

from rag_core.answers.prompts import fill
from rag_core.part import register
from rag_core.parts.answer.base import Answering

if TYPE_CHECKING:
    from rag_core.answers.draft import Draft


@register
class Compact(Answering):
    """One call with as many hits as fit the context window, by rank; a note names those that are left out.

    LlamaIndex's mode of this name would refine the answer with the remaining hits in further calls.
    """

    kind: Literal["compact"] = "compact"
    label: ClassVar[str] = "Compact: all hits in one call"
    summary: ClassVar[str] = "One call with all hits; hits that do not fit the context window are left out, worst first"

    @override
    async def write(self, draft: Draft) -> None:
        room = await draft.room(fill(self.prompt, context_str="", query_str=draft.question))
        context = await draft.best(room)
        await draft.stream(fill(self.prompt, context_str=context, query_str=draft.question))
