"""The reference `sentence_window`: single sentences are indexed, and each stands for the sentences around it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal, NamedTuple

from pydantic import Field
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.chunker.pieces import stripped
from rag_core.parts.chunker.sentence_starts import sentence_spans
from rag_core.parts.reference.base import Reference
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.entries import Entry
from rag_core.stages.ordering import falling
from rag_core.stages.ranking import Scored
from rag_core.stages.resources import Resources


@register
class SentenceWindow(Reference):
    """Indexes the sentences of the document, each of which resolves to itself and n sentences on each side.

    The sentences and windows are those of LlamaIndex's SentenceWindowNodeParser with MetadataReplacementPostProcessor,
    which joins the sentences of a window by spaces; here a window is the span of the document from its first sentence
    to its last. Windows go across the borders of chunks: these say which part of the document is searched, not how it
    is cut. Where several sentences are taken together, windows that share a sentence are one span, so that no context
    repeats a sentence; the budget `hits` takes them one by one, as LlamaIndex does.
    """

    kind: Literal["sentence_window"] = "sentence_window"
    label: ClassVar[str] = "Sentences, with their neighbours"
    summary: ClassVar[str] = "Indexes single sentences; each returns the window of n sentences on each side of it"
    takes_whole_entries: ClassVar[bool] = True
    uses_chunk_size: ClassVar[bool] = False

    window_sentences: int = Field(
        3,
        ge=1,
        le=20,
        title="Sentences on each side",
        description="Number of sentences before and after the one that matched",
    )

    @override
    def short(self) -> str:
        return f"sentences, {self.window_sentences} on each side"

    @override
    def entries(self, document: Document, chunks: Sequence[Span], resources: Resources) -> list[Entry]:
        starts = [chunk.start for chunk in chunks]
        found = []
        for sentence in _sentences(document.text):
            number = bisect_right(starts, sentence.start) - 1
            if number >= 0 and sentence.start < chunks[number].end:
                found.append(Entry("sentence", chunks[number], (sentence,)))
        return found

    @override
    def resolve(self, prefix: Sequence[Scored], built: BuiltIndex) -> list[Candidate]:
        windows = sorted(self._window(scored, built) for scored in prefix)
        found = [_candidate(group, built) for group in _sharing(windows)]
        return sorted(found, key=lambda candidate: falling(candidate.score))

    def _window(self, scored: Scored, built: BuiltIndex) -> _Window:
        document, last = built.entries[scored.entry].document, len(built.entries) - 1
        window = range(
            max(scored.entry - self.window_sentences, 0), min(scored.entry + self.window_sentences, last) + 1
        )
        inside = [entry for entry in window if built.entries[entry].document == document]
        return _Window(inside[0], inside[-1], scored)


class _Window(NamedTuple):
    """The entries from `first` to `last`, both inclusive, around one that was taken."""

    first: int
    last: int
    taken: Scored


def _sentences(text: str) -> Iterator[Span]:
    """The sentences of a text, as LlamaIndex finds them, without white space at their ends."""
    for start, end in sentence_spans(text, 0, len(text)):
        if sentence := stripped(text, start, end):
            yield sentence


def _sharing(windows: Sequence[_Window]) -> Iterator[list[_Window]]:
    """The ascending windows in groups, of which each window shares a sentence with another one of its group."""
    group: list[_Window] = []
    for window in windows:
        if group and window.first > group[-1].last:
            yield group
            group = []
        group.append(window)
    if group:
        yield group


def _candidate(group: Sequence[_Window], built: BuiltIndex) -> Candidate:
    first, last = (built.entries[entry] for entry in (group[0].first, group[-1].last))
    via = sorted((window.taken for window in group), key=lambda scored: falling(scored.score))
    return Candidate(first.document, Span(_span(first).start, _span(last).end), via[0].score, via)


def _span(entry: Entry) -> Span:
    return entry.windows[0]
