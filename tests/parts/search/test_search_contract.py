"""The contract of every registered search: ties in document order, limits, stages, and no state."""

from itertools import pairwise

import numpy as np
import pytest

from rag_core.geometry import Span
from rag_core.parts import kinds
from rag_core.stages.entries import Entry
from rag_core.stages.query import Query
from tests.ordering import best_first

TEXTS = ["Otters hold hands.", "Honey keeps.", "Otters hold hands.", "", "Otters hold hands.", "Frost kills."]
each_search = pytest.mark.parametrize("kind", kinds("search"))
_SCORED = [kind for kind, search in kinds("search").items() if search.gives_scores]
each_with_scores = pytest.mark.parametrize("kind", _SCORED)
each_without = pytest.mark.parametrize("kind", [kind for kind in kinds("search") if kind not in _SCORED])


def index_of(kind, text_document, resources, documents=2):
    """An index of the same texts in every document, with the entries of the last document first."""
    text = "\n".join(TEXTS)
    starts = np.cumsum([0, *(len(part) + 1 for part in TEXTS)]).tolist()
    spans = [Span(start, start + len(part)) for start, part in zip(starts, TEXTS, strict=False) if part]
    entries = [Entry("chunk", span, (span,), document=i) for i in reversed(range(documents)) for span in spans]
    search = kinds("search")[kind]()
    return entries, search.index(entries, [text_document(text, f"{i}.txt") for i in range(documents)], resources)


@each_with_scores
@pytest.mark.parametrize("question", ["What do otters hold?", "nothing that is written there", "the"])
def test_scores_descend_and_ties_are_in_document_order(kind, question, text_document, resources):
    entries, index = index_of(kind, text_document, resources)
    scored = list(index.search([Query(question)], resources).scored)
    in_document = sorted(range(len(entries)), key=lambda i: (entries[i].document, entries[i].chunk.start))
    scores = {one.entry: one.score for one in scored}
    assert [one.entry for one in scored] == [in_document[i] for i in best_first([scores[i] for i in in_document])]
    steps = [before.score - after.score for before, after in pairwise(scored)]
    assert sum(step > 1e-6 for step in steps) <= 2, "equal texts have equal scores"


@each_search
def test_a_limit_gives_the_first_of_the_same_ranking(kind, text_document, resources):
    entries, index = index_of(kind, text_document, resources)
    whole = index.search([Query("otters")], resources)
    for limit in (1, 3, len(entries), 99):
        part = index.search([Query("otters")], resources, limit)
        assert str(list(part.scored)) == str(list(whole.scored[:limit])), "as text, since NaN equals nothing"
        assert part.complete == (limit >= len(entries))


@each_with_scores
def test_the_last_stage_ranks(kind, text_document, resources):
    entries, index = index_of(kind, text_document, resources)
    for queries in ([Query("otters")], [Query("otters", 2.0), Query("honey")]):
        ranking = index.search(queries, resources)
        last = list(ranking.stages.values())[-1]
        assert all(len(scores) == len(entries) for scores in ranking.stages.values())
        assert [one.score for one in ranking.scored] == [last[one.entry] for one in ranking.scored]


@each_with_scores
def test_a_heavier_query_counts_more(kind, text_document, resources):
    entries, index = index_of(kind, text_document, resources, documents=1)
    starts = ["\n".join(TEXTS).index(text) for text in ("Honey", "Frost")]
    honey, frost = (i for i, entry in enumerate(entries) if entry.chunk.start in starts)
    for weights in [(3.0, 1.0), (1.0, 3.0)]:
        queries = [Query("honey keeps", weights[0]), Query("frost kills", weights[1])]
        scores = {one.entry: one.score for one in index.search(queries, resources).scored}
        assert (scores[honey] > scores[frost]) == (weights[0] > weights[1])


@each_search
def test_an_index_keeps_nothing_of_a_question(kind, text_document, resources):
    _, index = index_of(kind, text_document, resources)
    first = str(list(index.search([Query("otters")], resources).scored))
    index.search([Query("honey keeps")], resources)
    assert str(list(index.search([Query("otters")], resources).scored)) == first


@each_without
def test_without_scores_entries_are_in_document_order(kind, text_document, resources):
    entries, index = index_of(kind, text_document, resources)
    ranking = index.search([Query("otters")], resources)
    found = [(entries[one.entry].document, entries[one.entry].chunk.start) for one in ranking.scored]
    assert found == sorted((entry.document, entry.chunk.start) for entry in entries)
    assert np.isnan([one.score for one in ranking.scored]).all()
    assert ranking.stages == {}
    assert ranking.complete
