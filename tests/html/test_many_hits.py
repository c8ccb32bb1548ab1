"""Hundreds of hits: a line each behind the cards, and one mark on the ribbon for those that follow each other."""

from __future__ import annotations

from rag_core.html.more_hits import more_hits_html
from rag_core.html.ribbon import ribbon_html
from tests.html.comparisons import column_of, document_of, hit_of, view_of
from tests.html.reader import MARKUP, Reader, assert_harmless

TEXT = "".join(f"Sentence {i} about otters.\n" for i in range(400))
DOCUMENT = document_of(TEXT, pages=40)
HITS = [
    hit_of(DOCUMENT, TEXT.index(line), TEXT.index(line) + len(line), rank=i + 1, score=None)
    for i, line in enumerate(TEXT.splitlines())
]


def test_the_list_leads_to_every_hit() -> None:
    view = view_of([DOCUMENT], HITS)
    html = more_hits_html(view, 0, HITS[20:])
    assert "380 more hits" in Reader(html).text
    assert html.count("<li") == 380
    assert all(f'id="hit-0-{rank}"' in html for rank in (21, 200, 400))
    assert "Sentence 399 about otters." in html
    assert len(html) < 120_000
    document = document_of(MARKUP)
    assert_harmless(more_hits_html(view_of([document], []), 0, [hit_of(document, 0, len(MARKUP))]))


def test_neighbours_are_one_mark() -> None:
    html = ribbon_html([column_of(HITS)], [DOCUMENT], ["all"])
    assert html.count("cs-mark") == 1
    assert "ranks 1 to 400" in html
    few = ribbon_html([column_of(HITS[:30])], [DOCUMENT], ["some"])
    assert few.count("cs-mark") == 30
    scattered = [hit.model_copy(update={"rank": i + 1}) for i, hit in enumerate(reversed(HITS[:100]))]
    assert ribbon_html([column_of(scattered)], [DOCUMENT], ["backwards"]).count("cs-mark") == 100
