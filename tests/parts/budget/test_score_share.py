"""The budget by score share against a brute force, and the lowest score in every budget."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag_core import preset
from rag_core.errors import UserError
from rag_core.geometry import Span
from rag_core.parts import kinds
from rag_core.parts.budget.distinct_parents import DistinctParents
from rag_core.parts.budget.score_share import ScoreShare
from rag_core.parts.reference.windows import Windows
from rag_core.stages.entries import Entry
from rag_core.stages.ranking import Ranking, Scored
from rag_core.text.tokenizers import get_tokenizer
from tests.fakes.entries_only import built_of

COUNT = get_tokenizer("cl100k").count
TEXT = "".join(f"Sentence number {i} is here to fill the context with words. " for i in range(40)).rstrip()
CHUNKS = [Span(at, TEXT.index(".", at) + 1) for at in (TEXT.index(f"Sentence number {i} ") for i in range(40))]
ENTRIES = [Entry("window", chunk, (chunk,)) for chunk in CHUNKS]


def index_of(document):
    return built_of([document], ENTRIES, chunks=[CHUNKS], resolves_each=False, takes_whole_entries=True)


def take(budget, scores, document, stages=None):
    built = index_of(document)
    ranked = sorted((Scored(i, score) for i, score in enumerate(scores)), key=lambda one: -one.score)
    return budget.take(Ranking(ranked, stages=stages or {}), lambda prefix: Windows().resolve(prefix, built), built)


def tokens(taken):
    return sum(COUNT(TEXT[slice(*one.span)]) for one in taken)


@given(
    scores=st.lists(st.integers(0, 100).map(lambda n: n / 100), min_size=40, max_size=40),
    share=st.integers(0, 20).map(lambda n: n / 20),
    least=st.integers(0, 200),
    more=st.integers(50, 600),
)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_brute_force(scores, share, least, more, text_document):
    document = text_document(TEXT)
    ranked = sorted((Scored(i, score) for i, score in enumerate(scores)), key=lambda one: -one.score)
    prefixes = [Windows().resolve(ranked[:count], index_of(document)) for count in range(1, 41)]
    near = sum(one.score >= share * ranked[0].score for one in ranked)
    wanted = next((n for n in range(near, 41) if tokens(prefixes[n - 1]) >= least), 40)
    fitting = [n for n in range(1, wanted + 1) if tokens(prefixes[n - 1]) <= least + more]
    expected = prefixes[max(fitting) - 1]
    found = take(ScoreShare(score_share=share, min_tokens=least, max_tokens=least + more), scores, document)
    assert [(one.span, one.score) for one in found] == [(one.span, one.score) for one in expected]


@pytest.mark.parametrize("wanted", [1, 3, 9, 10, 40])
def test_as_many_spans_as_wanted_or_as_can_be_had_at_once(wanted, text_document):
    # Every fourth chunk is better than its neighbours: ten spans at most, and one if everything is taken.
    scores = [1 - i / 100 if i % 4 == 0 else 0.5 - i / 100 for i in range(40)]
    taken = take(DistinctParents(hits=wanted), scores, text_document(TEXT))
    assert len(taken) == min(wanted, 10)
    assert [one.span for one in taken] == [CHUNKS[4 * n] for n in range(len(taken))]


def test_a_lower_share_takes_more(text_document):
    document = text_document(TEXT)
    scores = [1 - i / 40 for i in range(40)]
    sizes = [
        tokens(take(ScoreShare(score_share=share, min_tokens=0), scores, document)) for share in (1, 0.9, 0.75, 0.5)
    ]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 4


def test_a_best_score_below_zero_has_neighbours_too(text_document):
    found = take(ScoreShare(score_share=0.75, min_tokens=0), [-0.4, -0.45, *[-0.9] * 38], text_document(TEXT))
    assert [one.span for one in found] == [Span(CHUNKS[0].start, CHUNKS[1].end)]


def test_nothing_ranked_gives_nothing(text_document):
    assert take(ScoreShare(), [], text_document(TEXT)) == []


def test_the_minimum_may_not_exceed_the_maximum():
    with pytest.raises(UserError, match=r"3000 tokens .* maximum of 2000"):
        preset("query_spans:budget.min_tokens=3000")


@pytest.mark.parametrize("kind", kinds("budget"))
def test_no_budget_takes_entries_below_the_lowest_score(kind, text_document):
    document = text_document(TEXT)
    scores = [1 - i / 40 for i in range(40)]
    budget = kinds("budget")[kind](min_score=0.95)
    assert [via.entry for one in take(budget, scores, document) for via in one.via] == [0, 1, 2][
        : 2 if kind == "hits" else 3
    ]
    assert take(kinds("budget")[kind](min_score=2), scores, document) == []
