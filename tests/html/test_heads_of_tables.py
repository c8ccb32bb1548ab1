"""Column heads above a hit that begins within a table: muted, escaped, and counted as context."""

from __future__ import annotations

import re

from rag_core import preset
from rag_core.documents import Document
from rag_core.html.cards import answer_html, hit_html
from rag_core.html.comparison_view import ComparisonView
from rag_core.pipeline.compare import compare_columns, comparison_of
from rag_core.stages.results import Answer, Citation
from rag_core.text.tokenizers import get_tokenizer

HEAD = "| Item | <b>2022</b> |"
ROWS = [f"| Part number {n} of the mill with its wheel | {n}{n},000 |" for n in range(1, 9)]
TEXT = "\n".join(["The mill has these parts.", "", HEAD, "| --- | --- |", *ROWS])


def view_of(vectors) -> ComparisonView:
    document = Document.from_text(TEXT, "mill.md")
    spec = "baseline:chunker.kind=atoms,search.kind=bm25,budget.hits=2"
    [ready] = compare_columns([document], "Which part is 77,000?", [preset(spec)], vectors=vectors, why=True)
    comparison = comparison_of([document], "Which part is 77,000?", vectors, [ready.column], [])
    return ComparisonView(comparison, [document], ["one"], [ready.explanations])


def test_heads_stand_above_rows_and_are_no_part_of_them(model_vectors) -> None:
    view = view_of(model_vectors)
    column = view.comparison.columns[0]
    hit = column.hits[0]
    assert "77,000" in hit.text
    assert HEAD not in hit.text
    assert hit.table_head == f"{HEAD}\n| --- | --- |"
    assert hit.model_dump()["table_head"] == hit.table_head
    html = hit_html(view, 0, hit)
    heads = re.search(r'<span class="cs-heads"[^>]*>(.*?)</span>', html, re.DOTALL)
    assert heads is not None
    assert heads[1].strip() == "| Item | &lt;b&gt;2022&lt;/b&gt; |\n| --- | --- |"
    assert html.index("cs-heads") < html.rindex("Part")


def test_the_tokens_of_heads_are_counted(model_vectors) -> None:
    column = view_of(model_vectors).comparison.columns[0]
    count = get_tokenizer("cl100k").count
    texts = [part for hit in column.hits for part in (hit.text, hit.table_head) if part]
    assert column.counts.context_tokens == sum(map(count, texts))
    assert any(hit.table_head for hit in column.hits)


def test_a_row_that_an_answer_quotes_has_its_heads(model_vectors) -> None:
    view = view_of(model_vectors)
    hit = view.comparison.columns[0].hits[0]
    start = TEXT.index(ROWS[6])
    answer = Answer(
        text=ROWS[6], citations=[Citation(hit=1, start=start, end=start + len(ROWS[6]))], model="extractive"
    )
    html = answer_html(view, 0, answer)
    assert "&lt;b&gt;2022&lt;/b&gt;" in html
    assert html.index("cs-heads") < html.index("77,000")
    assert hit.rank == 1
