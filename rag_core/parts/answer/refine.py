"""The answer mode `refine`: one call per hit, each of which may refine the answer so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, field_validator
from typing_extensions import override

from rag_core.answers.prompts import REFINE, checked_template, fill
from rag_core.part import register
from rag_core.parts.answer.base import MAX_PROMPT_CHARACTERS, Answering

if TYPE_CHECKING:
    from rag_core.answers.context import Excerpt
    from rag_core.answers.draft import Draft

_SHARE_OF_ANSWER = 4  # an answer that is refined takes at most a quarter of the context window


@register
class Refine(Answering):
    """One call per hit, by rank; from the second call on, the prompt contains the answer so far, to be refined.

    It follows LlamaIndex's response mode `refine`.
    """

    kind: Literal["refine"] = "refine"
    label: ClassVar[str] = "Refine: one call per hit"
    summary: ClassVar[str] = (
        "One call per hit, by rank: the first call answers, and each further one refines the answer"
    )

    refine_prompt: str = Field(
        default=REFINE,
        max_length=MAX_PROMPT_CHARACTERS,
        title="Refine prompt",
        description="Prompt from the second hit on: {context_msg} becomes the next hit, {existing_answer} "
        "the answer so far",
    )

    @field_validator("refine_prompt")
    @classmethod
    def _contains_refine_placeholders(cls, template: str) -> str:
        return checked_template(template, "existing_answer", "context_msg")

    @override
    async def write(self, draft: Draft) -> None:
        *before, last = draft.excerpts
        answer = ""
        for number, excerpt in enumerate(before, 1):
            draft.stage = f"Call {number} of {len(draft.excerpts)}"
            max_tokens = min(draft.llm.answer_tokens, draft.llm.context_tokens // _SHARE_OF_ANSWER)
            answer = await draft.complete(await self._prompt(draft, excerpt, answer, max_tokens), max_tokens)
            draft.show(answer)
        draft.stage = f"Call {len(draft.excerpts)} of {len(draft.excerpts)}"
        await draft.stream(await self._prompt(draft, last, answer, draft.llm.answer_tokens))

    async def _prompt(self, draft: Draft, excerpt: Excerpt, answer: str, answer_tokens: int) -> str:
        """The prompt for an excerpt: `prompt` if there is no answer yet, otherwise `refine_prompt`."""

        def with_context(context: str) -> str:
            if not answer:
                return fill(self.prompt, context_str=context, query_str=draft.question)
            return fill(self.refine_prompt, context_msg=context, existing_answer=answer, query_str=draft.question)

        room = await draft.room(with_context(""), answer_tokens)
        return with_context(await draft.whole(excerpt, room))
