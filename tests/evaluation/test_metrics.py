"""The metrics of the Chroma report, compared with counts by hand and with sets of characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.evaluation.metrics import METRICS, JudgedQuestion, iou, precision, precision_omega, recall
from rag_core.geometry import Span

spans = st.lists(st.builds(lambda start, size: Span(start, start + size), st.integers(0, 60), st.integers(1, 25)))


def characters(of):
    return {i for span in of for i in range(*span)}


def share(part, whole):
    return part / whole if whole else 0


@given(spans, spans, st.integers(0, 50))
def test_against_sets_of_characters(gold, retrieved, elsewhere):
    excerpts, found = characters(gold), characters(retrieved)
    common, taken = len(excerpts & found), sum(end - start for start, end in retrieved) + elsewhere
    assert recall(gold, retrieved) == pytest.approx(share(common, len(excerpts)))
    assert precision(gold, retrieved, elsewhere) == pytest.approx(share(common, taken))
    assert iou(gold, retrieved, elsewhere) == pytest.approx(share(common, taken + len(excerpts - found)))


@given(spans, spans)
def test_omega_against_sets_of_characters(gold, chunks):
    excerpts = characters(gold)
    holding = characters(chunk for chunk in chunks if characters([chunk]) & excerpts)
    assert precision_omega(gold, chunks) == pytest.approx(share(len(excerpts & holding), len(excerpts | holding)))


@given(spans, spans, st.integers(0, 50))
def test_they_are_shares_and_iou_is_the_lowest(gold, retrieved, elsewhere):
    measured = [recall(gold, retrieved), precision(gold, retrieved, elsewhere)]
    assert 0 <= iou(gold, retrieved, elsewhere) <= min(measured) <= max(measured) <= 1


@given(st.lists(st.tuples(spans.filter(bool), spans, st.integers(0, 50)), min_size=1, max_size=5))
def test_pooled_precision_counts_the_characters_of_all_questions_together(questions):
    judged = [JudgedQuestion(gold, retrieved, elsewhere, []) for gold, retrieved, elsewhere in questions]
    common = sum(len(characters(gold) & characters(retrieved)) for gold, retrieved, _ in questions)
    taken = sum(sum(end - start for start, end in retrieved) + elsewhere for _, retrieved, elsewhere in questions)
    pooled = METRICS.get("pooled_precision")
    assert pooled.mean([pooled.function(one) for one in judged], judged) == pytest.approx(share(common, taken))


GOLD = [Span(10, 20)]


@pytest.mark.parametrize(
    ("retrieved", "elsewhere", "expected"),
    [
        ([Span(10, 20)], 0, (1, 1, 1)),
        ([Span(0, 40)], 0, (1, 10 / 40, 10 / 40)),
        ([Span(15, 25)], 0, (5 / 10, 5 / 10, 5 / (10 + 5))),
        ([Span(0, 10), Span(20, 30)], 0, (0, 0, 0)),  # both touch the gold, and hold none of it
        ([Span(10, 20), Span(10, 20)], 0, (1, 10 / 20, 10 / 20)),  # the same chunk twice
        ([Span(10, 18), Span(14, 20)], 0, (1, 10 / 14, 10 / 14)),  # chunks that overlap
        ([Span(10, 20)], 30, (1, 10 / 40, 10 / 40)),  # and 30 characters of other documents
        ([], 30, (0, 0, 0)),
        ([], 0, (0, 0, 0)),
    ],
)
def test_counted_by_hand(retrieved, elsewhere, expected):
    found = recall(GOLD, retrieved), precision(GOLD, retrieved, elsewhere), iou(GOLD, retrieved, elsewhere)
    assert found == pytest.approx(expected)


def test_gold_given_twice_counts_once():
    assert recall([Span(0, 10), Span(5, 10), Span(20, 30)], [Span(0, 10)]) == 10 / 20


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([Span(0, 10), Span(10, 20), Span(20, 30)], 1),  # neighbours only touch
        ([Span(0, 15), Span(15, 30)], 10 / 30),
        ([Span(0, 15), Span(12, 30)], 10 / 30),  # what lies in two chunks is one stretch
        ([Span(0, 15)], 5 / 20),  # gold that no chunk holds
        ([], 0),
    ],
)
def test_omega_counted_by_hand(chunks, expected):
    assert precision_omega(GOLD, chunks) == pytest.approx(expected)
