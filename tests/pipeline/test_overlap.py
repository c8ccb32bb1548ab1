"""The overlap of columns equals that of sets of (document, character)."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from rag_core.geometry import Span
from rag_core.pipeline.overlap import found_by, overlap

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
    comparison = SimpleNamespace(
        documents=[SimpleNamespace(id=document) for document in IDS],
        columns=[SimpleNamespace(hits=hits, documents=IDS) for hits in columns],
    )
    found = overlap(comparison)
    sets = [retrieved(hits) for hits in columns]
    assert characters(found.by_all) == set.intersection(*sets)
    for i, mine in enumerate(sets):
        assert characters(found_by(comparison.columns[i])) == mine
        assert characters(found.only[i]) == mine - set().union(*(other for j, other in enumerate(sets) if j != i))
        for j, other in enumerate(sets):
            share = found.shared[i][j]
            assert share == (len(mine & other) / len(mine) if mine else None)
