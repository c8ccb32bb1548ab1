"""The answer mode `tree_summarize`: answers from groups of hits, which are combined in the same way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.answers.prompts import TREE_SUMMARIZE, fill
from rag_core.part import register
from rag_core.parts.answer.base import MAX_PROMPT_CHARACTERS, Answering

if TYPE_CHECKING:
    from rag_core.answers.draft import Draft

_ANSWERS_IN_ROOM = 2  # answers are short enough for two in one prompt, so that each round at least halves them


@register
class TreeSummarize(Answering):
    """As many hits per call as fit; the answers are the context of the next round, until one call is enough.

    It follows LlamaIndex's response mode `tree_summarize`.
    """

    kind: Literal["tree_summarize"] = "tree_summarize"
    label: ClassVar[str] = "Tree summarize: groups of hits"
    summary: ClassVar[str] = (
        "As many hits per call as fit, all calls in parallel; further calls summarize their answers"
    )

    prompt: str = Field(
        default=TREE_SUMMARIZE,
        max_length=MAX_PROMPT_CHARACTERS,
        title="Prompt",
        description="Prompt for the model: {context_str} becomes a group of hits or of answers, {query_str} "
        "the question",
    )

    @override
    async def write(self, draft: Draft) -> None:
        room = await draft.room(self._prompt(draft, ""))
        groups = await draft.grouped([await draft.whole(excerpt, room) for excerpt in draft.excerpts], room)
        while len(groups) > 1:
            draft.stage = f"{len(groups)} groups of hits"
            answers = await self._answers(draft, groups, min(draft.llm.answer_tokens, room // _ANSWERS_IN_ROOM))
            groups = await draft.grouped(answers, room, min_size=_ANSWERS_IN_ROOM)
        draft.stage = ""
        await draft.stream(self._prompt(draft, groups[0]))

    async def _answers(self, draft: Draft, groups: list[str], max_tokens: int) -> list[str]:
        """The answers from the groups, in parallel; if one call fails, the others are cancelled."""
        calls = [asyncio.create_task(draft.complete(self._prompt(draft, group), max_tokens)) for group in groups]
        try:
            return await asyncio.gather(*calls)
        finally:
            for call in calls:
                call.cancel()

    def _prompt(self, draft: Draft, context: str) -> str:
        return fill(self.prompt, context_str=context, query_str=draft.question)
