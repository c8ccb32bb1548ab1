"""The reference `children`: smaller chunks that refer to the chunk they were cut from ("small to big")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import ONE_IS_A_LIST, check_overlap, register
from rag_core.parts.chunker.base import MIN_CHUNK_TOKENS
from rag_core.parts.chunker.sentence import sentence_chunkers
from rag_core.parts.reference.base import Reference
from rag_core.stages.entries import Entry
from rag_core.stages.resources import Resources

ChildTokens = Annotated[int, Field(ge=MIN_CHUNK_TOKENS, le=2048)]


@register
class Children(Reference):
    """Cuts each chunk again with the sentence chunker at every child size, and indexes the children and the chunk."""

    kind: Literal["children"] = "children"
    label: ClassVar[str] = "Child chunks"
    summary: ClassVar[str] = "Indexes smaller chunks cut from each chunk, and the chunk itself; the hit is the chunk"

    child_tokens: Annotated[tuple[ChildTokens, ...], ONE_IS_A_LIST] = Field(
        (128, 256, 512), min_length=1, max_length=6, title="Child sizes", description="Maximum tokens in a child"
    )
    overlap_tokens: int = Field(
        20,
        ge=0,
        le=512,
        title="Child overlap",
        description="Maximum tokens that a child repeats from the one before it",
    )

    @field_validator("child_tokens")
    @classmethod
    def _sizes_ascend(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(value)))

    @model_validator(mode="after")
    def _overlap_below_sizes(self) -> Children:
        smallest = min(self.child_tokens)
        check_overlap(self, "overlap_tokens", "child_tokens", smallest, named="child overlap", of="smallest child")
        return self

    @override
    def short(self) -> str:
        return f"children {', '.join(map(str, self.child_tokens))}/{self.overlap_tokens} and itself"

    @override
    def entries(self, document: Document, chunks: Sequence[Span], resources: Resources) -> list[Entry]:
        chunkers = sentence_chunkers(self.child_tokens, self.overlap_tokens)
        found = []
        for chunk in chunks:
            for chunker in chunkers:
                found += [Entry("child", chunk, (child,)) for child in chunker.chunk(document, resources, chunk)]
            found.append(Entry("chunk", chunk, (chunk,)))
        return found
