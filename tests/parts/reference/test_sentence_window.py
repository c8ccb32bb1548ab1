"""Windows of sentences: alone as LlamaIndex has them (tests/parity), together without a sentence twice."""

from collections.abc import Callable
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag_core import compare, preset
from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.parts.reference.sentence_window import SentenceWindow
from rag_core.stages.entries import Entry
from rag_core.stages.ranking import Scored
from tests.fakes.entries_only import built_of

WORDS = ["otters", "bees", "bridges", "rivers", "forests", "lamps", "stones", "harvests", "letters", "winters"]
TEXT = " ".join(f"Sentence {number} is about {WORDS[number % 10]} only." for number in range(40))


@given(
    sizes=st.lists(st.integers(1, 15), min_size=1, max_size=3),
    taken=st.lists(st.integers(0, 44), unique=True, max_size=12),
    size=st.integers(1, 4),
)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_windows_against_a_brute_force(
    sizes: list[int], taken: list[int], size: int, text_document: Callable[..., Document]
) -> None:
    """Sentence by sentence: those near a taken one are shown once, and windows that share one are one."""
    places = [(number, i) for number, count in enumerate(sizes) for i in range(count)]
    entries = [Entry("sentence", Span(0, 999), (Span(10 * i, 10 * i + 9),), document=of) for of, i in places]
    prefix = [Scored(entry, 1 - rank / 99) for rank, entry in enumerate(t for t in taken if t < len(entries))]
    document = text_document("x" * 200)
    found = SentenceWindow(window_sentences=size).resolve(prefix, built_of([document] * len(sizes), entries))
    shown = []
    for one in found:
        inside = [
            i for i, (of, at) in enumerate(places) if of == one.document and one.span.start <= 10 * at < one.span.end
        ]
        assert one.span == Span(10 * places[inside[0]][1], 10 * places[inside[-1]][1] + 9)
        assert {via.entry for via in one.via} == {scored.entry for scored in prefix} & set(inside)
        assert one.score == one.via[0].score == max(via.score for via in one.via)
        shown += inside
    near = {
        i for scored in prefix for i, (of, at) in enumerate(places)
        if of == places[scored.entry][0] and abs(at - places[scored.entry][1]) <= size
    }  # fmt: skip
    assert sorted(shown) == sorted(near), "each sentence once"
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for scored in prefix:
        [alone] = SentenceWindow(window_sentences=size).resolve([scored], built_of([document] * len(sizes), entries))
        assert alone.via == [scored]


def test_budgets_count_what_windows_share_once(text_document: Callable[..., Document]) -> None:
    document = text_document(TEXT)
    of = "sentence_window:search.kind=bm25,reference.window_sentences=2"
    question = "Which sentence is about otters and bees?"
    each, joined, full = (
        compare([document], question, [preset(f"{of},{budget}")]).columns[0]
        for budget in ("budget.hits=4", "budget.kind=distinct_parents,budget.hits=4", "budget.tokens=200")
    )
    assert len(each.hits) == 4
    assert each.hits[0].end > each.hits[1].start or each.hits[1].end > each.hits[0].start, "as in LlamaIndex"
    for column in (joined, full):
        spans = sorted((hit.start, hit.end) for hit in column.hits)
        assert all(one[1] <= other[0] for one, other in pairwise(spans)), "no sentence twice"
    assert len(joined.hits) == 4
    assert 100 < full.counts.context_tokens <= 200


def test_the_chunk_size_changes_no_hit_and_is_not_shown(text_document: Callable[..., Document]) -> None:
    document = text_document(TEXT)
    specs = [f"sentence_window:search.kind=bm25,chunker.chunk_tokens={size}" for size in (24, 1024)]
    small, large = (compare([document], "Who writes letters?", [preset(spec)]).columns[0] for spec in specs)
    assert [hit.text for hit in small.hits] == [hit.text for hit in large.hits]
    assert preset(specs[0]).short() == preset(specs[1]).short() == "sentences, 3 on each side · BM25 · 2 hits"
