"""The slot `answer` and the base class of its kinds, the answer modes."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, field_validator
from typing_extensions import override

from rag_core.answers.prompts import TEXT_QA, checked_template
from rag_core.part import Part, Slot, add_slot

if TYPE_CHECKING:
    from rag_core.answers.draft import Draft

MAX_PROMPT_CHARACTERS = 10_000


class Answering(Part):
    """Decides with which prompts, and in how many calls, a language model writes the answer.

    It has no effect on extractive answers.
    """

    slot: ClassVar[str] = "answer"

    prompt: str = Field(
        default=TEXT_QA,
        max_length=MAX_PROMPT_CHARACTERS,
        title="Prompt",
        description="Prompt for the model: {context_str} becomes the retrieved text, {query_str} the question",
    )

    @field_validator("prompt")
    @classmethod
    def _contains_placeholders(cls, template: str) -> str:
        return checked_template(template, "context_str", "query_str")

    @override
    def short(self) -> str:
        changed = any(getattr(self, name) != field.default for name, field in type(self).model_fields.items())
        return self.kind_name().replace("_", " ") + (", own prompt" if changed else "")

    @abstractmethod
    async def write(self, draft: Draft) -> None:
        """Call the model, and stream the output of the last call into the draft.

        Raises UserError if a call fails; the text received before stays in the draft.
        """


add_slot(
    Slot(
        "answer",
        order=80,
        title="Answer",
        default={"kind": "compact"},
        base=Answering,
        optional=True,
        caption="Used for answers that a language model writes.",
    )
)
