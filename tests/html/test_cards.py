"""Cards, tables and the ribbon are HTML made of a document's text: nothing of it may become markup."""

from __future__ import annotations

import re

import pytest

from rag_core.html.cards import answer_html, hit_html
from rag_core.html.comparison_view import ComparisonView, names_of
from rag_core.html.overlap_tables import by_all_html, only_html, shared_table_html
from rag_core.html.pieces import documents_html, notices_html
from rag_core.html.ribbon import ribbon_html
from rag_core.stages.results import Answer, Citation
from rag_core.strategy.specs import preset
from tests.html.comparisons import column_of, document_of, hit_of, view_of
from tests.html.reader import MARKUP, Reader, assert_harmless


def test_markup_in_texts_and_names_stays_text() -> None:
    documents = [document_of(MARKUP, f"{MARKUP}.txt"), document_of("other", "b.txt")]
    names = [MARKUP, "b"]
    hits = [hit_of(documents[0], 0, len(MARKUP), via="child"), hit_of(documents[1], 0, 5, rank=2)]
    view = view_of(documents, hits, [hit_of(documents[0], 3, 20)], names=names)
    answer = Answer(text=MARKUP, citations=[Citation(hit=1, start=0, end=len(MARKUP))], model="extractive")
    drawn = [
        *(hit_html(view, 0, hit) for hit in hits),
        answer_html(view, 0, answer),
        answer_html(view, 0, Answer(text=MARKUP, citations=[], model="extractive")),
        by_all_html(view),
        only_html(view, 0),
        only_html(view, 1),
        shared_table_html(view),
        ribbon_html(view.comparison.columns, documents, names),
        ribbon_html([None] * len(names), documents, names),
    ]
    for html in drawn:
        assert_harmless(html)
    assert MARKUP in Reader(drawn[0]).text


@pytest.mark.parametrize("scores", [[0.2, 0.8], [-0.3, 0.5], [-0.9, -0.1], [0.0], [4.2, 17.0]])
def test_scores_of_one_kind_share_one_axis_and_no_bar_leaves_it(scores: list[float]) -> None:
    document = document_of("some words of text")
    columns = [[hit_of(document, 0, 4, score=score)] for score in scores]
    view = view_of([document], *columns)
    low, high = view.score_axis(0)
    assert {view.score_axis(column) for column in range(len(scores))} == {(low, high)}
    assert low <= min(0, *scores, 0)
    assert high >= max(scores)
    for column, hits in enumerate(columns):
        html = hit_html(view, column, hits[0])
        left, width = map(float, re.search(r"left:([\d.]+)%;width:([\d.]+)%", html).groups())
        assert 0 <= left <= left + width <= 100.1
        assert f"{scores[column]:.3f}" in html


def test_a_score_names_the_scores_of_the_stages() -> None:
    document = document_of("some words of text")
    hit = hit_of(document, 0, 4, score=0.25).model_copy(update={"scores": {"dense": 0.5, "rerank": 0.25}})
    titles = [
        value for name, value in Reader(hit_html(view_of([document], [hit]), 0, hit)).attributes if name == "title"
    ]
    stages = "By stage: dense 0.5000, rerank 0.2500."
    about = f"Cosine similarity 0.2500. {stages} All columns share this axis, from 0.00 to 0.25."
    assert titles[:2] == [about, about]


def test_scores_of_different_kinds_are_named_and_have_axes_of_their_own() -> None:
    document = document_of("some words of text")
    specs, scores = ("baseline", "query_spans", "chunk_references", "baseline:search.kind=bm25"), (0.3, 0.9, 0.6, 12.5)
    made = view_of([document], *([hit_of(document, 0, 4, score=score)] for score in scores))
    columns = [
        column.model_copy(update={"strategy": preset(spec)})
        for column, spec in zip(made.comparison.columns, specs, strict=True)
    ]
    view = ComparisonView(made.comparison.model_copy(update={"columns": columns}), [document], made.names)
    assert [view.score_axis(i) for i in range(4)] == [(0, 0.6), (0, 0.9), (0, 0.6), (0, 12.5)]
    drawn = [Reader(hit_html(view, i, columns[i].hits[0])).text for i in range(4)]
    for text, score, name in zip(drawn, scores, view.score_names, strict=True):
        assert f"{score:.3f} {name}" in text
    assert view.score_names == ["cosine similarity", "fused score", "cosine similarity", "BM25"]
    assert "Only columns with this kind of score (BM25) share this axis" in hit_html(view, 3, columns[3].hits[0])


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("hybrid", "fused score"),
        ("hybrid:search.fusion=rrf", "RRF score"),
        ("baseline:reference.kind=windows", "scaled cosine similarity"),
        ("baseline:reference.kind=windows,reference.window_tokens=64", "cosine similarity"),
        ("query_spans:search.kind=bm25", "scaled BM25"),
    ],
)
def test_a_score_that_is_scaled_over_levels_is_not_called_a_cosine(spec: str, name: str) -> None:
    assert preset(spec).score_name == name


def test_notices_are_lines_of_text() -> None:
    column = column_of([])
    assert notices_html(column) == ""
    html = notices_html(column.model_copy(update={"notices": ["The parser is for PDF.", MARKUP]}))
    assert_harmless(html)
    assert [line.strip() for line in Reader(html).text.strip().split("\n")] == ["The parser is for PDF.", MARKUP]


@pytest.mark.parametrize(("count", "folded"), [(1, 0), (4, 0), (5, 1), (40, 36)])
def test_notices_of_many_documents_are_all_there_and_few_are_open(count: int, folded: int) -> None:
    notices = [f"{n}.pdf: {MARKUP}" for n in range(count)]
    html = documents_html(notices)
    assert_harmless(html)
    lines = [line.strip() for line in Reader(html).text.split("\n")]
    assert [line for line in lines if line in notices] == notices
    opened, _, behind = html.partition("<details>")
    assert opened.count(".pdf: ") == count - folded
    assert behind.count(".pdf: ") == folded
    assert (f"{folded} more about the documents" in behind) == bool(folded)


def test_equal_names_are_told_apart() -> None:
    assert names_of(["A", "B", "A", "A"]) == ["A 1", "B", "A 2", "A 3"]
    assert names_of([]) == []
