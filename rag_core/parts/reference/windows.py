"""The reference `windows`: each chunk is scored by what surrounds it, and the best ones are joined into spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import ONE_IS_A_LIST, register
from rag_core.parts.reference.base import Reference
from rag_core.parts.reference.window_spans import window_spans
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.entries import Entry
from rag_core.stages.ordering import falling
from rag_core.stages.ranking import Scored
from rag_core.stages.resources import Resources
from rag_core.text.tokenizers import span_counts

WindowTokens = Annotated[int, Field(ge=0, le=8192)]
MAX_GAP = 1  # chunks between two taken ones that are taken with them


@register
class Windows(Reference):
    """Scores each chunk as the middle of windows of several widths, and joins neighbours that are taken together.

    A chunk belongs to a window if its middle is at most half the width away from the middle of the window. A single
    chunk between two taken ones is taken too.
    """

    kind: Literal["windows"] = "windows"
    label: ClassVar[str] = "Windows around each chunk"
    summary: ClassVar[str] = "Scores each chunk as the middle of windows of several widths; neighbours join into spans"
    takes_whole_entries: ClassVar[bool] = True

    window_tokens: Annotated[tuple[WindowTokens, ...], ONE_IS_A_LIST] = Field(
        (0, 64, 128, 256, 512, 1024),
        min_length=1,
        max_length=8,
        title="Window widths",
        description="Tokens in a window; 0 is the chunk alone",
    )

    @field_validator("window_tokens")
    @classmethod
    def _widths_ascend(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(value)))

    @property
    @override
    def levels(self) -> int:
        return len(self.window_tokens)

    @override
    def short(self) -> str:
        return f"windows {', '.join(map(str, self.window_tokens))}"

    @override
    def entries(self, document: Document, chunks: Sequence[Span], resources: Resources) -> list[Entry]:
        count = span_counts(document.text, document.tokenizer).count
        levels = window_spans(chunks, self.window_tokens, count)
        windows = (tuple(Span(*span) for span in of_chunk) for of_chunk in zip(*levels, strict=True))
        return [Entry("window", chunk, of_chunk) for chunk, of_chunk in zip(chunks, windows, strict=True)]

    @override
    def piece(self, entry: Entry) -> Span:
        return entry.chunk

    @override
    def resolve(self, prefix: Sequence[Scored], built: BuiltIndex) -> list[Candidate]:
        scores = {scored.entry: scored for scored in prefix}
        runs = (_candidate(run, scores, built) for run in _runs(sorted(scores), built))
        return sorted(runs, key=lambda candidate: falling(candidate.score))


def _runs(taken: Sequence[int], built: BuiltIndex) -> Iterator[list[int]]:
    """The entries in groups of neighbours of one document, which are at most a small gap apart."""
    run: list[int] = []
    for entry in taken:
        if run and not (entry - run[-1] <= MAX_GAP + 1 and _document(entry, built) == _document(run[-1], built)):
            yield run
            run = []
        run.append(entry)
    if run:
        yield run


def _document(entry: int, built: BuiltIndex) -> int:
    return built.entries[entry].document


def _candidate(run: Sequence[int], scores: dict[int, Scored], built: BuiltIndex) -> Candidate:
    via = sorted((scores[entry] for entry in run), key=lambda scored: falling(scored.score))
    spans = [built.entries[entry].chunk for entry in run]
    span = Span(spans[0].start, max(span.end for span in spans))
    return Candidate(_document(run[0], built), span, via[0].score, via)
