"""Everything: the documents' text, each character once and in order, whatever the chunks and the budget are."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core import compare, preset
from rag_core.documents.document import Document
from rag_core.evaluation.evaluate import evaluate
from rag_core.evaluation.question_sets import Question, Reference
from rag_core.geometry import Span
from rag_core.parts import kinds
from rag_core.parts.budget.once import each_text_once
from rag_core.stages.candidate import Candidate

ODD = {
    "prose": "Otters hold hands. They sleep on the water!\n\nBees make honey; it keeps for years. " * 40,
    "one word": "x" * 4000,
    "no spaces": "獺は手をつなぐ。水の上で眠る。" * 90,
    "windows lines": "First line.\r\nSecond line.\r\n\r\n" * 60,
    "repeated": "The same sentence again. " * 150,
    "emoji": "🦦 sleeps 👩‍👩‍👧 well. ﬁne ﬂow. " * 60,
}
OVERLAPPING = "chunker.chunk_tokens=64,chunker.overlap_tokens=30"


def letters(text):
    return "".join(text.split())


def hits_of(spec, *documents):
    return compare(list(documents), "What do otters hold?", [preset(spec)]).columns[0].hits


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("spec", ["whole_document", f"whole_document:{OVERLAPPING}"])
def test_the_whole_text_is_found_once_and_in_order(name, spec):
    document = Document.from_text(ODD[name])
    hits = hits_of(spec, document)
    assert letters("".join(hit.text for hit in hits)) == letters(document.text)
    assert all(before.end <= after.start for before, after in pairwise(hits))
    assert {hit.score for hit in hits} == {None}
    assert {via.score for hit in hits for via in hit.via} == {None}
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(hit.scores == {} for hit in hits)


def test_several_documents_follow_each_other_and_an_empty_one_has_no_hits():
    documents = [Document.from_text(text, f"{i}.txt") for i, text in enumerate([ODD["prose"], "", ODD["repeated"]])]
    hits = hits_of(f"whole_document:{OVERLAPPING}", *documents)
    for document in documents:
        own = [hit for hit in hits if hit.document == document.id]
        assert letters("".join(hit.text for hit in own)) == letters(document.text)
    order = [[document.id for document in documents].index(hit.document) for hit in hits]
    assert order == sorted(order)


@pytest.mark.parametrize("reference", ["itself", "children", "metadata"])
def test_what_is_indexed_changes_nothing(reference):
    document = Document.from_text(ODD["prose"])
    hits = hits_of(f"whole_document:{OVERLAPPING},reference.kind={reference}", document)
    assert letters("".join(hit.text for hit in hits)) == letters(document.text)


def test_joined_windows_are_one_hit():
    document = Document.from_text(ODD["prose"])
    [hit] = hits_of("query_spans:search.kind=everything,budget.kind=all", document)
    assert hit.text == document.text.strip()
    assert hit.score is None


def test_a_limit_of_tokens_takes_the_beginning():
    document = Document.from_text(ODD["prose"])
    hits = hits_of(f"whole_document:{OVERLAPPING},budget.kind=tokens,budget.tokens=200", document)
    taken = letters("".join(hit.text for hit in hits))
    assert letters(document.text).startswith(taken)
    assert len(taken) > 300


@pytest.mark.parametrize("kind", kinds("budget"))
def test_no_budget_compares_scores_that_are_not_there(kind):
    document = Document.from_text(ODD["prose"])
    limited = hits_of(f"whole_document:{OVERLAPPING},budget.kind={kind},budget.min_score=0.9", document)
    free = hits_of(f"whole_document:{OVERLAPPING},budget.kind={kind}", document)
    assert limited == free
    assert free[0].start == 0


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30), st.integers(0, 1)), max_size=12))
def test_each_character_once(spans):
    document = Document.from_text("Otters  hold \n hands and sleep. " * 4)
    given_spans = sorted((d, start, start + size) for start, size, d in spans)
    candidates = [Candidate(d, Span(start, end), 0.5) for d, start, end in given_spans]
    found = each_text_once(candidates, [document, document])
    covered = [(one.document, at) for one in found for at in range(*one.span)]
    assert len(covered) == len(set(covered))
    wanted = {(d, at) for d, start, end in given_spans for at in range(start, end)}
    assert {place for place in wanted - set(covered) if not document.text[place[1]].isspace()} == set()
    assert set(covered) <= wanted


def test_its_recall_is_1_and_its_score_name_says_that_it_has_none():
    document = Document.from_text(ODD["prose"])
    start = document.text.index("They sleep")
    question = Question(
        "1", "Where do otters sleep?", document.name, (Reference(Span(start, start + 10), "They sleep"),)
    )
    found = evaluate([document], [question], [preset("whole_document")]).strategies[0]
    assert found.recall == 1
    assert 0 < found.precision < 0.02
    assert preset("whole_document").score_name == "no score"


@pytest.mark.parametrize("spec", ["baseline", "hybrid", "chunk_references", "query_spans"])
def test_all_takes_every_entry_of_every_search(spec):
    document = Document.from_text(ODD["prose"])
    hits = hits_of(f"{spec}:budget.kind=all", document)
    assert letters(document.text) in letters("".join(hit.text for hit in sorted(hits, key=lambda hit: hit.start)))
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    some = hits_of(f"{spec}:budget.kind=all,budget.min_score={scores[0]}", document)
    assert 1 <= len(some) <= len(hits)
    assert min(hit.score for hit in some) >= scores[0] - 1e-6
