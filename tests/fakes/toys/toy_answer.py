from typing import ClassVar, Literal

from pydantic import Field

from rag_core.part import register
from rag_core.parts.answer.base import Answering


@register
class ToyAnswer(Answering):
    """Asks the model about the best hit alone."""

    kind: Literal["toy_answer"] = "toy_answer"
    label: ClassVar[str] = "Toy answer"
    summary: ClassVar[str] = "Toy: one call with the best hit"

    room: int = Field(200, ge=1, le=4000, title="Toy room", description="Tokens of the hit")

    async def write(self, draft):
        hit = await draft.whole(draft.excerpts[0], self.room)
        await draft.stream(f"TOY PROMPT\n{hit}\n{draft.question}")
