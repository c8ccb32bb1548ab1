"""The overlap of columns equals that of sets of (document, character)."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.pipeline.overlap import found_by, laid_onto, overlap

IDS = ("a", "b")
HITS = st.lists(
    st.tuples(st.sampled_from(IDS), st.integers(0, 30), st.integers(1, 12)).map(
        lambda hit: SimpleNamespace(document=hit[0], start=hit[1], end=hit[1] + hit[2])
    ),
    max_size=6,
)
COLUMNS = st.lists(HITS, min_size=1, max_size=4)


def characters(found: dict[str, list[Span]]) -> set[tuple[str, int]]:
    return {(document, c) for document, spans in found.items() for span in spans for c in range(span.start, span.end)}


def retrieved(hits) -> set[tuple[str, int]]:
    return {(hit.document, c) for hit in hits for c in range(hit.start, hit.end)}


@given(COLUMNS)
def test_overlap(columns) -> None:
    by_column = [found_by(SimpleNamespace(hits=hits)) for hits in columns]
    found = overlap(by_column, lambda one, document: one.get(document, []))
    sets = [retrieved(hits) for hits in columns]
    assert characters(found.by_all) == set.intersection(*sets)
    for i, mine in enumerate(sets):
        assert characters(by_column[i]) == mine
        assert characters(found.only[i]) == mine - set().union(*(other for j, other in enumerate(sets) if j != i))
        for j, other in enumerate(sets):
            share = found.shared[i][j]
            assert share == (len(mine & other) / len(mine) if mine else None)


def test_spans_are_laid_onto_another_text_of_the_same_file_only() -> None:
    first = replace(Document.from_text("Bees dance on the comb. Otters swim"), source=b"file", id="first")
    second = replace(Document.from_text("OTTERS SWIM\nBEES DANCE ON THE COMB."), source=b"file", id="second")
    other = replace(Document.from_text("Bees dance on the comb."), id="other")
    documents = {document.id: document for document in (first, second, other)}
    found = {"second": [Span(12, 35)], "other": [Span(0, 23)], "first": [Span(24, 30)]}
    assert laid_onto(found, first, documents) == [Span(0, 23), Span(24, 30)]
