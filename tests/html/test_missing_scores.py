"""Hits without a score: it is said, drawn nowhere on the axis, and empty where numbers are read by programs."""

from __future__ import annotations

import csv
import io
import json

from rag_core.cli.column_text import column_text
from rag_core.exports.table import comparison_csv
from rag_core.html.cards import hit_html
from rag_core.html.ribbon import ribbon_html
from rag_core.strategy.specs import preset
from tests.html.comparisons import column_of, document_of, hit_of, view_of
from tests.html.reader import Reader

DOCUMENT = document_of("Otters hold hands. They sleep on the water.")
SCORED = hit_of(DOCUMENT, 0, 18, score=-0.25)
UNSCORED = hit_of(DOCUMENT, 19, 43, rank=2, score=None)


def test_a_card_says_that_there_is_no_score() -> None:
    view = view_of([DOCUMENT], [SCORED, UNSCORED])
    assert view.score_axis(0) == (-0.25, 0.0)
    html = hit_html(view, 0, UNSCORED)
    assert "no score" in Reader(html).text
    assert "width:0.0%" in html
    assert "nan" not in html.lower()
    assert "None" not in html


def test_a_hit_that_was_not_reranked_says_why_it_has_no_score() -> None:
    column = column_of([UNSCORED.model_copy(update={"scores": {"dense": 0.5}})])
    view = view_of([DOCUMENT], column.hits)
    assert "only the best entries are reranked" in hit_html(view, 0, column.hits[0])


def test_the_ribbon_and_the_terminal_say_it_too() -> None:
    column = column_of([SCORED, UNSCORED])
    html = ribbon_html([column], [DOCUMENT], ["one"])
    assert "rank 1 · score -0.250 ·" in html
    assert "rank 2 · no score ·" in html
    text = column_text(column, {DOCUMENT.id: "a.txt"})
    assert "  1  -0.250 cosine similarity  a.txt" in text
    assert "  2  no score  a.txt" in text


def test_programs_read_an_empty_score() -> None:
    comparison = view_of([DOCUMENT], [SCORED, UNSCORED]).comparison
    [scored, unscored] = json.loads(comparison.model_dump_json())["columns"][0]["hits"]
    assert (scored["score"], unscored["score"], unscored["via"][0]["score"]) == (-0.25, None, None)
    rows = list(csv.DictReader(io.StringIO(comparison_csv(comparison).lstrip("\ufeff"))))
    assert [(row["score"], row["score_name"]) for row in rows] == [("-0.25", "cosine similarity"), ("", "")]
    assert rows[1]["via"] == "chunk at 19 to 43"


def test_scores_after_reranking_have_the_names_of_their_rerankers() -> None:
    assert preset("baseline").score_name == "cosine similarity"
    assert preset("hybrid").score_name == "fused score"
