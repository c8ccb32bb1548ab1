"""The overlap of the columns' hits, by characters, so that columns with different chunk sizes can be compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.pipeline.aligned import aligned
from rag_core.pipeline.results import Column
from rag_core.text.spans import difference, intersection, length, union

Found = dict[str, list[Span]]
Lay = Callable[[Found, str], Sequence[Span]]


@dataclass(frozen=True)
class Overlap:
    """The spans that all columns retrieved, and those that only one of them did, by document id.

    What all retrieved is in the texts of the first column, what only one did in its own texts. `shared[i][j]` is the
    share, from 0 to 1, of the characters retrieved by column i that column j retrieved as well; None if column i
    retrieved nothing.
    """

    by_all: Found
    only: list[Found]
    shared: list[list[float | None]]


def overlap(found: Sequence[Found], lay: Lay) -> Overlap:
    """The overlap of what the columns found; `lay` gives the spans of a column in a text, by its document's id."""
    by_all = _each(found[0], lambda mine, document: reduce(intersection, (lay(one, document) for one in found), mine))
    only = [_only(mine, [*found[:i], *found[i + 1 :]], lay) for i, mine in enumerate(found)]
    return Overlap(by_all, only, [[_share(mine, other, lay) for other in found] for mine in found])


def found_by(column: Column) -> Found:
    """The disjoint spans that the hits of a column cover, by document id."""
    spans: Found = {}
    for hit in column.hits:
        spans.setdefault(hit.document, []).append(Span(hit.start, hit.end))
    return {document: union(of_one) for document, of_one in spans.items()}


def laid_onto(found: Found, document: Document, documents: Mapping[str, Document]) -> list[Span]:
    """The disjoint spans of a document's text that a column found, in this text of its file or in another parser's.

    What was found in another text and has no counterpart in this one is nowhere.
    """
    here = list(found.get(document.id, []))
    for other_id, spans in found.items():
        other = documents[other_id]
        if other_id != document.id and other.source_id == document.source_id:
            alignment = aligned(other, document)
            placed = (alignment.span_in_b(span) for span in spans)
            here += [span for one in placed if one for span in one.spans]
    return union(here)


def _each(found: Found, operation: Callable[[Sequence[Span], str], Sequence[Span]]) -> Found:
    results = {document: list(operation(spans, document)) for document, spans in found.items()}
    return {document: spans for document, spans in results.items() if spans}


def _only(mine: Found, others: Sequence[Found], lay: Lay) -> Found:
    return _each(
        mine,
        lambda spans, document: difference(spans, union(span for one in others for span in lay(one, document))),
    )


def _share(mine: Found, other: Found, lay: Lay) -> float | None:
    whole = sum(map(length, mine.values()))
    common = sum(length(intersection(spans, lay(other, document))) for document, spans in mine.items())
    return common / whole if whole else None
