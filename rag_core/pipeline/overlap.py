"""The overlap of the columns' hits, by characters, so that columns with different chunk sizes can be compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

from rag_core.geometry import Span
from rag_core.pipeline.results import Column, Comparison
from rag_core.text.spans import difference, intersection, length, union

Found = dict[str, list[Span]]


@dataclass(frozen=True)
class Overlap:
    """The spans that all columns retrieved, and those that only one of them did, by document id.

    `shared[i][j]` is the share, from 0 to 1, of the characters retrieved by column i that column j retrieved as well;
    None if column i retrieved nothing.
    """

    by_all: Found
    only: list[Found]
    shared: list[list[float | None]]


def overlap(comparison: Comparison) -> Overlap:
    """The overlap of the hits of all columns of a comparison."""
    found = [found_by(column) for column in comparison.columns]
    ids = [document.id for document in comparison.documents]
    by_all = reduce(lambda a, b: _each(ids, intersection, a, b), found)
    only = [_each(ids, difference, mine, _joined(ids, found[:i] + found[i + 1 :])) for i, mine in enumerate(found)]
    shared = [[_share(ids, a, b) for b in found] for a in found]
    return Overlap(by_all, only, shared)


def found_by(column: Column) -> Found:
    """The disjoint spans that the hits of a column cover, by document id."""
    spans: Found = {}
    for hit in column.hits:
        spans.setdefault(hit.document, []).append(Span(hit.start, hit.end))
    return {document: union(of_one) for document, of_one in spans.items()}


def _each(
    ids: Sequence[str], operation: Callable[[Sequence[Span], Sequence[Span]], list[Span]], a: Found, b: Found
) -> Found:
    results = {document: operation(a.get(document, []), b.get(document, [])) for document in ids}
    return {document: spans for document, spans in results.items() if spans}


def _joined(ids: Sequence[str], several: Sequence[Found]) -> Found:
    return {document: union(span for found in several for span in found.get(document, [])) for document in ids}


def _share(ids: Sequence[str], a: Found, b: Found) -> float | None:
    whole = sum(map(length, a.values()))
    return sum(map(length, _each(ids, intersection, a, b).values())) / whole if whole else None
