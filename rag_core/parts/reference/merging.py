"""Merging of the retrieved parts of a text into the larger parts that they were cut from, level by level.

The result is that of LlamaIndex's AutoMergingRetriever over the nodes of its HierarchicalNodeParser, except that a part
that is there already is not filled in once more.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from rag_core.geometry import Span
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate, Origin
from rag_core.stages.ordering import falling
from rag_core.stages.ranking import Scored

_CHUNK_LENGTH = 2  # of the path of a chunk, which is part of nothing
# The document's position, then the parts from the chunk in, each a part of the one before.
Path = tuple[int | Span, ...]


class Part(NamedTuple):
    """A part of a text, with its score, the entries that led to it, and what its score is the mean of."""

    path: Path
    score: float
    via: Sequence[Scored]
    kind: str
    origins: Sequence[Origin] = ()
    children: int | None = None

    @property
    def span(self) -> Span:
        """Where it stands in its document."""
        span = self.path[-1]
        assert isinstance(span, Span)
        return span

    @property
    def document(self) -> int:
        """The position of its document."""
        document = self.path[0]
        assert isinstance(document, int)
        return document

    def candidate(self) -> Candidate:
        """It as a candidate, with the entries that led to it, best first."""
        via = sorted(self.via, key=lambda scored: falling(scored.score))
        return Candidate(self.document, self.span, self.score, via, list(self.origins), self.children)


def merge_parts(prefix: Sequence[Scored], built: BuiltIndex, ratio: float) -> list[Part]:
    """The parts that the entries merge into: those of which more than `ratio` of the children are there.

    In between, a chunk between two others that follow each other in the list is filled in, as LlamaIndex does; it links
    each node to its next one on the highest level only, so that nothing smaller is filled in.
    """
    found = [Part(_path(scored, built), scored.score, [scored], built.entries[scored.entry].kind) for scored in prefix]
    children = _children_of(found, built)
    while True:
        filled = _filled(found, built)
        merged = _merged(filled, children, ratio)
        if merged == found:
            return found
        found = merged


def _path(scored: Scored, built: BuiltIndex) -> Path:
    entry = built.entries[scored.entry]
    return (entry.document, entry.chunk, *entry.parents, entry.windows[0])


def _merged(parts: Sequence[Part], children: Mapping[Path, int], ratio: float) -> list[Part]:
    groups: dict[Path, list[Part]] = {}
    for part in parts:
        if len(part.path) > _CHUNK_LENGTH:
            groups.setdefault(part.path[:-1], []).append(part)
    whole = {path: group for path, group in groups.items() if len(group) / children[path] > ratio}
    rest = [part for part in parts if part.path[:-1] not in whole]
    return rest + [_parent(path, group, children[path]) for path, group in whole.items()]


def _parent(path: Path, found: Sequence[Part], children: int) -> Part:
    """The part with the mean score of those of its children that were found."""
    best_first = sorted(found, key=lambda part: falling(part.score))
    return Part(
        path,
        _mean(part.score for part in found),
        [scored for part in found for scored in part.via],
        "merged",
        [Origin(part.kind, part.span, part.score) for part in best_first],
        children,
    )


def _filled(parts: Sequence[Part], built: BuiltIndex) -> list[Part]:
    """The parts, and any chunk that stands between two chunks which follow each other in the list."""
    there = {part.path for part in parts}
    filled = list(parts[:1])
    for one, other in pairwise(parts):
        between = _between(one, other, built)
        if between and between not in there:
            there.add(between)
            filled.append(_mean_of(between, one, other))
        filled.append(other)
    return filled


def _between(one: Part, other: Part, built: BuiltIndex) -> Path | None:
    """The path of the chunk after `one` and before `other`, if both are chunks of one document."""
    if not len(one.path) == len(other.path) == _CHUNK_LENGTH or one.path[0] != other.path[0]:
        return None
    chunks = built.chunks[one.document]
    number = bisect_left(chunks, one.span)
    if chunks[number + 2 : number + 3] != [other.span]:
        return None
    return (one.document, chunks[number + 1])


def _mean_of(path: Path, one: Part, other: Part) -> Part:
    origins = [Origin("neighbour", part.span, part.score) for part in (one, other)]
    return Part(path, _mean((one.score, other.score)), [*one.via, *other.via], "filled in", origins)


def _mean(scores: Iterable[float]) -> float:
    """The mean of the scores that there are; NaN if there are none, as of entries that were not reranked."""
    known = [score for score in scores if not math.isnan(score)]
    return sum(known) / len(known) if known else math.nan


def _children_of(parts: Iterable[Part], built: BuiltIndex) -> dict[Path, int]:
    """The number of children of each part that has some, in the chunks in which something was found."""
    children: dict[Path, set[Path]] = {}
    entries = {scored.entry for part in parts for scored in part.via}
    known: set[tuple[int, Span]] = set()
    for entry in sorted(entries):
        chunk = _chunk(entry, built)
        if chunk not in known:
            known.add(chunk)
            for path in _leaves(entry, built):
                for length in range(_CHUNK_LENGTH, len(path)):
                    children.setdefault(path[:length], set()).add(path[: length + 1])
    return {path: len(below) for path, below in children.items()}


def _leaves(entry: int, built: BuiltIndex) -> list[Path]:
    """The paths of the entries of the same chunk, which stand together."""
    chunk = _chunk(entry, built)
    first = last = entry
    while first and _chunk(first - 1, built) == chunk:
        first -= 1
    while last + 1 < len(built.entries) and _chunk(last + 1, built) == chunk:
        last += 1
    return [_path(Scored(i, 0.0), built) for i in range(first, last + 1)]


def _chunk(entry: int, built: BuiltIndex) -> tuple[int, Span]:
    return built.entries[entry].document, built.entries[entry].chunk
