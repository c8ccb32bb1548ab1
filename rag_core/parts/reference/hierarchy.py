"""The reference `hierarchy`: the smallest parts of a chunk are indexed, and merge into larger ones (auto-merging)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import ONE_IS_A_LIST, check_overlap, register
from rag_core.parts.chunker.base import MAX_CHUNK_TOKENS, MIN_CHUNK_TOKENS
from rag_core.parts.chunker.sentence import sentence_chunkers
from rag_core.parts.reference.base import Reference
from rag_core.parts.reference.merging import merge_parts
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.entries import Entry
from rag_core.stages.ordering import falling
from rag_core.stages.ranking import Scored
from rag_core.stages.resources import Resources

LevelTokens = Annotated[int, Field(ge=MIN_CHUNK_TOKENS, le=MAX_CHUNK_TOKENS)]


@register
class Hierarchy(Reference):
    """Cuts each chunk into parts, and these into smaller ones; where enough of a part is found, the part is the hit.

    The chunk is the highest level, as large as the chunker's size says; together with `level_tokens` the levels are
    those of LlamaIndex's HierarchicalNodeParser. The parts of the lowest level are indexed. Of those that a budget
    takes, parts merge as in LlamaIndex's AutoMergingRetriever: if more than a share of a part's children are there, the
    part stands for them, with their mean score; then the same on the next level.
    """

    kind: Literal["hierarchy"] = "hierarchy"
    label: ClassVar[str] = "Hierarchy, auto-merging"
    summary: ClassVar[str] = (
        "Indexes the smallest of several levels of parts; where most of a larger part is found, it is returned whole"
    )
    takes_whole_entries: ClassVar[bool] = True
    merges: ClassVar[bool] = True

    level_tokens: Annotated[tuple[LevelTokens, ...], ONE_IS_A_LIST] = Field(
        (512, 128),
        min_length=1,
        max_length=5,
        title="Sizes of the parts",
        description="Maximum tokens in the parts of each level below the chunk; the smallest ones are indexed",
    )
    overlap_tokens: int = Field(
        20,
        ge=0,
        le=512,
        title="Overlap of the parts",
        description="Maximum tokens that a part repeats from the one before it",
    )
    merge_ratio: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Merge ratio",
        description="If more than this share of the children of a part is found, the part is returned instead of them",
    )

    @field_validator("level_tokens")
    @classmethod
    def _sizes_descend(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(value), reverse=True))

    @model_validator(mode="after")
    def _overlap_below_sizes(self) -> Hierarchy:
        check_overlap(self, "overlap_tokens", "level_tokens", self.level_tokens[-1], of="smallest part")
        return self

    @override
    def short(self) -> str:
        return (
            f"parts {', '.join(map(str, self.level_tokens))}/{self.overlap_tokens}, merged above {self.merge_ratio:.0%}"
        )

    @override
    def entries(self, document: Document, chunks: Sequence[Span], resources: Resources) -> list[Entry]:
        chunkers = sentence_chunkers(self.level_tokens, self.overlap_tokens)
        paths: list[tuple[Span, ...]] = [(chunk,) for chunk in chunks]
        for chunker in chunkers:
            paths = [(*path, part) for path in paths for part in chunker.chunk(document, resources, path[-1])]
        return [Entry("leaf", chunk, (leaf,), parents=tuple(parents)) for chunk, *parents, leaf in paths]

    @override
    def resolve(self, prefix: Sequence[Scored], built: BuiltIndex) -> list[Candidate]:
        found = [part.candidate() for part in merge_parts(prefix, built, self.merge_ratio)]
        return sorted(found, key=lambda candidate: falling(candidate.score))
