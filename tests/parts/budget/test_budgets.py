"""Budgets: k entries, distinct chunks, or a number of tokens."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag_core.documents.sentences import sentences
from rag_core.geometry import Span
from rag_core.parts.budget.distinct_parents import DistinctParents
from rag_core.parts.budget.hits import Hits
from rag_core.parts.budget.tokens import ContextTokens
from rag_core.parts.reference.itself import Itself
from rag_core.stages.candidate import Candidate
from rag_core.stages.entries import Entry
from rag_core.stages.ranking import Ranking, Scored
from rag_core.text.tokenizers import get_tokenizer
from tests.fakes.entries_only import built_of

COUNT = get_tokenizer("cl100k").count
SENTENCES = [f"Sentence number {i} is here to fill the context with words. " for i in range(60)]
TEXT = "".join(SENTENCES)
CHUNKS = [Span(start, start + 400) for start in range(0, 2800, 400)]
# Two entries for each chunk, so that ranked entries repeat their parents.
ENTRIES = [Entry("child", chunk) for chunk in CHUNKS for _ in range(2)]


def ranking(*order):
    return [Scored(entry, 1 - rank / 100) for rank, entry in enumerate(order)]


def taken_by(budget, ranked, entries, documents, searched):
    """The candidates that a budget takes from ranked entries that resolve to their chunks."""
    built = built_of(documents, entries, entries_searched=searched)
    return budget.take(Ranking(ranked), lambda prefix: Itself().resolve(prefix, built), built)


def chunks_of(taken):
    return [CHUNKS.index(hit.span) for hit in taken]


def test_hits_takes_k_entries_even_if_they_share_a_chunk(text_document):
    taken = taken_by(Hits(hits=3), ranking(4, 5, 0, 1), ENTRIES, [text_document(TEXT)], 10)
    assert chunks_of(taken) == [2, 2, 0]
    assert [hit.via for hit in taken] == [[Scored(4, 1.0)], [Scored(5, 0.99)], [Scored(0, 0.98)]]


def test_hits_takes_all_entries_if_there_are_fewer(text_document):
    assert len(taken_by(Hits(hits=9), ranking(3, 1), ENTRIES, [text_document(TEXT)], 1)) == 2
    assert taken_by(Hits(hits=9), [], [], [text_document("")], 1) == []


def test_distinct_parents_without_a_number_are_those_of_the_searched_entries(text_document):
    ranked = ranking(4, 0, 5, 1, 8)
    taken = taken_by(DistinctParents(), ranked, ENTRIES, [text_document(TEXT)], 4)
    assert chunks_of(taken) == [2, 0]
    assert [hit.score for hit in taken] == [1.0, 0.99], "a chunk has the score of its best entry"
    assert [[scored.entry for scored in hit.via] for hit in taken] == [[4, 5], [0, 1]]


@pytest.mark.parametrize(("hits", "expected"), [(1, [2]), (2, [2, 0]), (3, [2, 0, 4]), (9, [2, 0, 4])])
def test_distinct_parents_takes_entries_until_the_number_is_reached(hits, expected, text_document):
    taken = taken_by(DistinctParents(hits=hits), ranking(4, 5, 0, 1, 8), ENTRIES, [text_document(TEXT)], 1)
    assert chunks_of(taken) == expected


def test_equal_spans_of_two_documents_are_two_parents(text_document):
    entries = [Entry("chunk", CHUNKS[0]), Entry("chunk", CHUNKS[0], document=1)]
    taken = taken_by(
        DistinctParents(hits=2), ranking(0, 1), entries, [text_document(TEXT), text_document("x" + TEXT)], 1
    )
    assert [hit.document for hit in taken] == [0, 1]


@given(order=st.permutations(range(len(ENTRIES))), max_tokens=st.integers(50, 900))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_tokens_are_never_exceeded_and_cuts_end_with_a_sentence(order, max_tokens, text_document):
    document = text_document(TEXT)
    taken = taken_by(ContextTokens(tokens=max_tokens), ranking(*order), ENTRIES, [document], 1)
    texts = [TEXT[hit.span.start : hit.span.end] for hit in taken]
    assert 0 < sum(map(COUNT, texts)) <= max_tokens
    assert len({hit.span for hit in taken}) == len(taken)
    *whole, last = taken
    assert all(hit.span in CHUNKS for hit in whole)
    chunk = next(chunk for chunk in CHUNKS if chunk.start == last.span.start)
    assert last.span.end in {sentence.end for sentence in sentences(document, chunk)} | {chunk.end}


def test_as_many_sentences_as_fit(text_document):
    document = text_document(TEXT)
    one = COUNT(SENTENCES[0].strip())
    (hit,) = taken_by(
        ContextTokens(tokens=5 * one + 8), ranking(0), [Entry("chunk", Span(0, len(TEXT)))], [document], 1
    )
    assert TEXT[hit.span.start : hit.span.end] == "".join(SENTENCES[:5]).strip()


def test_a_giant_sentence_is_cut_at_a_word_only_if_it_is_the_first(text_document):
    text = "A short one stands first. " + "and it goes on and on " * 200
    document = text_document(text)
    short, giant = Entry("chunk", Span(0, 25)), Entry("chunk", Span(26, len(text.rstrip())))
    (first,) = taken_by(ContextTokens(tokens=60), ranking(1, 0), [short, giant], [document], 1)
    assert text[first.span.end].isspace()
    assert 55 <= COUNT(text[first.span.start : first.span.end]) <= 60
    taken = taken_by(ContextTokens(tokens=60), ranking(0, 1), [short, giant], [document], 1)
    assert [hit.span for hit in taken] == [short.chunk]


def test_a_giant_word_is_cut_at_the_token_limit(text_document):
    document = text_document("x" * 5000)
    (hit,) = taken_by(ContextTokens(tokens=50), ranking(0), [Entry("chunk", Span(0, 5000))], [document], 1)
    assert COUNT(document.text[hit.span.start : hit.span.end]) == 50


def test_a_giant_first_word_is_cut_even_if_others_follow(text_document):
    text = "x9" * 2500 + " and more."
    (hit,) = taken_by(
        ContextTokens(tokens=50), ranking(0), [Entry("chunk", Span(0, len(text)))], [text_document(text)], 1
    )
    assert 45 <= COUNT(text[: hit.span.end]) <= 50


class Joined(Itself):
    """Joins all retrieved chunks of a document into one span, as a merging reference would."""

    def resolve(self, prefix, built):
        spans = [built.entries[scored.entry].chunk for scored in prefix]
        whole = Span(min(span.start for span in spans), max(span.end for span in spans)) if spans else None
        return [Candidate(0, whole, prefix[0].score, list(prefix))] if whole else []


@pytest.mark.parametrize("tokens", [100, 200, 300])
def test_chunks_merge_only_with_those_that_the_tokens_have_room_for(tokens, text_document):
    built = built_of([text_document(TEXT)], ENTRIES, resolves_each=Joined().resolves_each)
    ranked = ranking(*range(0, 14, 2))
    sizes = [COUNT(TEXT[: CHUNKS[n].end]) for n in range(7)]
    fitting = sum(size <= tokens for size in sizes)
    [taken] = ContextTokens(tokens=tokens).take(Ranking(ranked), lambda prefix: Joined().resolve(prefix, built), built)
    assert taken.via == ranked[: fitting + 1]  # the last chunk is cut
    assert COUNT(TEXT[slice(*taken.span)]) <= tokens


def test_a_reference_with_a_resolve_of_its_own_may_merge():
    assert Itself().resolves_each
    assert not Joined().resolves_each
