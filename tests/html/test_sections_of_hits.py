"""The section of a hit above its text, and what its headings add to its score."""

from __future__ import annotations

import pytest

from rag_core import preset
from rag_core.documents import Document
from rag_core.html.cards import hit_html
from rag_core.html.comparison_view import ComparisonView
from rag_core.pipeline.compare import compare_columns, comparison_of

TEXT = "# Mill <b>old</b>\n\n## Wheel\n\nIt turns all day.\n\nIt is of oak, and it was made by hand.\n"


def view_of(spec: str, vectors) -> ComparisonView:
    document = Document.from_text(TEXT)
    [ready] = compare_columns([document], "Who made the wheel?", [preset(spec)], vectors=vectors, why=True)
    comparison = comparison_of([document], "Who made the wheel?", vectors, [ready.column], [])
    return ComparisonView(comparison, [document], ["one"], [ready.explanations])


@pytest.mark.parametrize("spec", ["baseline:chunker.kind=atoms", "section_context:chunker.kind=atoms"])
def test_the_section_stands_above_the_hit_and_is_escaped(spec, model_vectors):
    view = view_of(spec, model_vectors)
    hit = next(hit for hit in view.comparison.columns[0].hits if "oak" in hit.text or "turns" in hit.text)
    assert hit.section == ["Mill <b>old</b>", "Wheel"]
    html = hit_html(view, 0, hit)
    assert "<b>old" not in html
    assert "Mill &lt;b&gt;old&lt;/b&gt;" in html
    assert html.index('class="cs-section"') < html.index("cs-text")


def test_what_headings_add_to_the_score_is_said_to_be_theirs(model_vectors):
    view = view_of("section_context:chunker.kind=atoms,search.pooling=late", model_vectors)
    for hit in view.comparison.columns[0].hits:
        html = hit_html(view, 0, hit)
        assert ("from the headings of its section" in html) == bool(hit.via[0].context)
    assert any(hit.via[0].context for hit in view.comparison.columns[0].hits)
