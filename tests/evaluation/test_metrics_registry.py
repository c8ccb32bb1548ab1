"""One entry adds a metric to the JSON, the table and the thresholds; every entry says what it is."""

import json
import math

import pytest

from rag_core import UserError, evaluate, preset
from rag_core.evaluation.metrics import METRICS, Metric
from rag_core.evaluation.question_sets import Question, Reference
from rag_core.evaluation.results import Evaluation
from rag_core.evaluation.text_table import text_table
from rag_core.evaluation.thresholds import parse_threshold, shortfall
from rag_core.geometry import Span

TEXT = "Honey is harvested in May.\n\nThe night train leaves at ten past eleven."
FIRST, SECOND = Reference(Span(0, 26), TEXT[:26]), Reference(Span(28, len(TEXT)), TEXT[28:])
QUESTIONS = [
    Question("q1", "When is honey harvested?", "notes", (FIRST,)),
    Question("q2", "What happens in this text?", "notes", (FIRST, SECOND)),  # one hit cannot be both
]
MISSED = Metric(
    "missed",
    "Number of gold characters that were not retrieved.",
    lambda judged: sum(map(len, (range(*span) for span in judged.gold if span not in judged.retrieved))),
    higher_is_better=False,
    maximum=math.inf,
)
ONE_HIT = "baseline:chunker.chunk_tokens=16,chunker.overlap_tokens=0,budget.hits=1"


@pytest.mark.parametrize("metric", METRICS.items().values(), ids=METRICS)
def test_every_metric_says_what_it_is(metric):
    assert metric.label
    assert metric.definition.endswith(".")
    assert metric.minimum < metric.maximum


@pytest.fixture
def evaluation(text_document, model_vectors):
    with METRICS.temporarily("missed", MISSED):
        yield evaluate([text_document(TEXT, "notes.txt")], QUESTIONS, [preset(ONE_HIT)], vectors=model_vectors)


def test_one_entry_is_in_the_json_before_the_other_fields(evaluation):
    measured = json.loads(evaluation.model_dump_json())["strategies"][0]
    assert list(measured)[: len([*METRICS]) + 1] == [*METRICS, "strategy"]
    assert list(measured["per_question"][0]) == [*METRICS, "id"]
    assert measured["missed"] == sum(question["missed"] for question in measured["per_question"]) / 2
    assert Evaluation.model_validate_json(evaluation.model_dump_json()).strategies[0].missed == measured["missed"]


def test_one_entry_is_a_column_of_the_table(evaluation):
    head, row = text_table(evaluation).splitlines()
    assert head.split()[-1] == "missed"
    assert row.endswith(f"{evaluation.strategies[0].missed:,.1f}")


def test_the_table_has_the_mean_size_of_the_context(evaluation):
    head, row = text_table(evaluation).splitlines()
    start = head.index("context tokens")
    [tokens] = row[start : start + len("context tokens")].split()
    assert tokens == f"{evaluation.strategies[0].counts.context_tokens:,.0f}"


def test_one_entry_can_be_a_threshold_and_lower_is_better(evaluation):
    missed = evaluation.strategies[0].metrics["missed"]
    assert shortfall(evaluation, [parse_threshold(f"missed={missed}")]) == ""
    assert shortfall(evaluation, [parse_threshold("missed=1e6")]) == ""
    assert shortfall(evaluation, [parse_threshold("missed=1")]).endswith(" is over 1.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("missed=-1", "the value must be a number from 0, such as"),
        ("missed=many", "the value must be a number from 0, such as"),
        ("recall=1.5", "the value must be a number from 0 to 1, such as"),
        ("found=1", r"Metrics: recall, precision, iou, pooled_precision, precision_omega, page_recall, missed\.$"),
    ],
)
def test_a_threshold_is_within_the_metrics_bounds(text, message):
    with METRICS.temporarily("missed", MISSED), pytest.raises(UserError, match=message):
        parse_threshold(text)
