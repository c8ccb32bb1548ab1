"""The switch that explains scores: part of the view, for all hits, and it says where nothing can be known."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.geometry import Box, Span
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.page_view import overlay_svg
from rag_core.html.why_marks import WhyMarks, why_marks
from rag_core.pipeline.compare import compare_columns, comparison_of
from rag_core.strategy.specs import preset
from rag_core.ui.compare import running
from tests.html.reader import stripped_of_tags
from tests.paths import ROOT

NOBODY = f"{'0' * 16}-nobody.txt"  # a document that is not there: nothing is embedded
QUESTION = "When does a smaller chunk retrieve worse?"
SPECS = ["query_spans", "hybrid", "baseline:search.pooling=per_chunk,chunker.chunk_tokens=512"]


def opened(*specs: str, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    app.query_params["s"] = list(specs)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def switch(app: AppTest):
    return next(toggle for toggle in app.toggle if toggle.label == "Why these scores")


def bodies(app: AppTest, beginning: str) -> list[str]:
    return [body for element in app.get("html") if (body := element.proto.body).startswith(f'<div class="{beginning}')]


def test_the_switch_is_part_of_the_view() -> None:
    app = opened("baseline", doc=NOBODY)
    assert not switch(app).value
    assert "why" not in app.query_params
    switch(app).set_value(True).run()
    assert app.query_params["why"] == "1"
    assert switch(opened("baseline", doc=NOBODY, why="1")).value
    wrong = opened("baseline", doc=NOBODY, why="maybe")
    assert not switch(wrong).value
    assert "why=maybe is unknown (valid: 1)" in wrong.warning[0].value.replace("\\", "")


def test_the_switch_explains_all_hits_and_says_where_it_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []

    def counted(*arguments: object, **options: object):
        runs.append(options["why"])
        return compare_columns(*arguments, **options)

    monkeypatch.setattr(running, "compare_columns", counted)
    app = opened(*SPECS, q=QUESTION)
    assert not bodies(app, "cs-why-legend")
    plain = [stripped_of_tags(body) for body in bodies(app, "cs-hit ")]
    switch(app).set_value(True).run()
    spans, hybrid, per_chunk = bodies(app, "cs-why-legend")
    assert "own fused score" in spans
    assert "what a sentence adds to the dense score" in hybrid
    assert "With search.pooling=per_chunk" in per_chunk
    assert "Choose the pooling late to see it." in per_chunk
    hits = bodies(app, "cs-hit ")
    assert len(hits) == len(plain)
    for hit in hits:
        known = "cs-c2" not in hit.partition(">")[0]
        assert ("cs-passage" in hit) == known
        assert ("cs-term" in hit) == known
    switch(app).set_value(False).run()
    assert [stripped_of_tags(body) for body in bodies(app, "cs-hit ")] == plain
    switch(app).set_value(True).run()
    assert runs == [False, True], "both are remembered"


def marks_of(spec: str, handbook: Document, vectors: Vectors) -> WhyMarks:
    [ready] = compare_columns([handbook], QUESTION, [preset(spec)], vectors=vectors, why=True)
    comparison = comparison_of([handbook], QUESTION, vectors, [ready.column])
    view = ComparisonView(comparison, [handbook], ["one"], [ready.explanations])
    return why_marks(view, 0, ready.column.hits[0])


@pytest.mark.parametrize("spec", ["hybrid", "query_spans"])
def test_the_page_picture_has_the_colours_of_the_sentences_and_the_lines_of_the_words(
    spec: str, handbook: Document, model_vectors: Vectors
) -> None:
    marks = marks_of(spec, handbook, model_vectors)
    page = handbook.pages_of(*marks.strongest)[0]

    def boxes(span: Span) -> list[Box]:
        return handbook.boxes(*span).get(page.number, [])

    *pieces, lines = marks.page_marks(0, "0-1", boxes)
    assert {mark.kind for mark in pieces} == {"piece"}
    assert len(pieces) == len(marks.pieces)
    assert max(mark.strength for mark in pieces) == pytest.approx(1)
    words = [word for word, _ in marks.words if boxes(word)]
    assert len(lines.boxes) >= len(words) > 0
    under = boxes(words[0])[0]
    assert any((line.left, line.top, line.right) == (under.left, under.bottom, under.right) for line in lines.boxes)
    drawn = overlay_svg(page, [*pieces, lines], name="one")
    assert drawn.count("cs-pm-piece") == sum(bool(mark.boxes) for mark in pieces) > 1
    assert drawn.count("cs-pm-term") == 1


def test_without_explanations_the_picture_has_no_such_marks(handbook: Document, model_vectors: Vectors) -> None:
    [ready] = compare_columns([handbook], QUESTION, [preset("baseline")], vectors=model_vectors)
    view = ComparisonView(comparison_of([handbook], QUESTION, model_vectors, [ready.column]), [handbook], ["one"])
    assert why_marks(view, 0, ready.column.hits[0]) is None
