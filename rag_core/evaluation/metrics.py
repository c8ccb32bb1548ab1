"""The span measures of Smith & Troynikov 2024, "Evaluating Chunking Strategies for Retrieval", Chroma technical report.

All are shares from 0 to 1, and count characters. E are the gold excerpts' ranges, R the retrieved chunks' ranges in
the document that the question is about, C all chunks of it that share a character with E; lengths of E, R and C are
those of their unions. Ranges are half-open: the report's program takes ranges that merely touch for intersecting, with
length 0, which here they do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag_core.geometry import Span
from rag_core.text.spans import difference, intersection, length, meeting, union


def recall(gold: Iterable[Span], retrieved: Iterable[Span]) -> float:
    """|E ∩ R| / |E|: how much of the gold was retrieved."""
    excerpts = union(gold)
    return _share(length(intersection(excerpts, union(retrieved))), length(excerpts))


def precision(gold: Iterable[Span], retrieved: Sequence[Span], elsewhere: int = 0) -> float:
    """|E ∩ R| / Σ|r|: how much of what was retrieved is gold.

    The sum is over all retrieved chunks: what is retrieved twice counts twice, and so do the `elsewhere` characters
    retrieved from other documents.
    """
    return _share(length(intersection(union(gold), union(retrieved))), length(retrieved) + elsewhere)


def iou(gold: Iterable[Span], retrieved: Sequence[Span], elsewhere: int = 0) -> float:
    """|E ∩ R| / (Σ|r| + |E \\ R|): intersection over union, where the retrieved chunks count as in `precision`."""
    excerpts, found = union(gold), union(retrieved)
    whole = length(retrieved) + elsewhere + length(difference(excerpts, found))
    return _share(length(intersection(excerpts, found)), whole)


def precision_omega(gold: Iterable[Span], chunks: Iterable[Span]) -> float:
    """|E ∩ C| / |C ∪ E|: the precision of retrieving every chunk that holds gold, and no other.

    It judges the cuts alone: no search is needed.
    """  # noqa: RUF002  # the sign for union is meant
    excerpts = union(gold)
    holding = union(meeting(chunks, excerpts))
    return _share(length(intersection(excerpts, holding)), length(union([*holding, *excerpts])))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
