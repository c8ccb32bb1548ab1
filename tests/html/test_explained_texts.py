"""The text of an explained hit is its text to the letter, whatever is in it, and its colours stay within bounds."""

from __future__ import annotations

import html as html_module
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.html.cards import hit_html
from rag_core.html.comparison_view import ComparisonView
from rag_core.pipeline.columns import column_of
from rag_core.pipeline.compare import comparison_of
from tests.fakes.tiny_model import TinyModel
from tests.html.reader import MARKUP, Reader, assert_harmless, stripped_of_tags
from tests.pipeline.explained import Explained, explained

TINY = Vectors(TinyModel())
QUESTION = f"Which otters sleep in 東京都? {MARKUP}"
PIECES = [
    "Otters hold hands while they sleep; otters! ",
    "東京都の水族館にはカワウソがいる。",
    f"{MARKUP} ",
    "😀👩‍👩‍👧 & <b>1 < 2</b>\n\n\n",
    "x" * 500 + " ",
    "\tsleeping\u00a0in e\u0301\u200b 東 ",
]


def drawn(found: Explained, document: Document) -> list[tuple[str, str]]:
    """The text of each hit, and its HTML."""
    column = column_of(found.built, found.retrieval, None, 0, TINY.model)
    comparison = comparison_of([document], QUESTION, TINY, [column])
    view = ComparisonView(comparison, [document], ["one"], [found.explanations])
    return [(hit.text, hit_html(view, 0, hit)) for hit in column.hits]


@pytest.mark.parametrize("spec", ["hybrid:chunker.chunk_tokens=4096", "query_spans:budget.score_share=0.2"])
@given(text=st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join))
@example(text="".join(PIECES) * 3)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_text_is_shown_to_the_letter(spec: str, text: str) -> None:
    if not text.strip():
        return
    document = Document.from_text(text, "a.txt")
    for shown, html in drawn(explained(spec, [document], QUESTION, TINY), document):
        assert_harmless(html)
        read = Reader(html)
        assert re.sub(r"\n\s*\n", "\n", shown) in read.text or shown in read.text
        assert all(0 <= float(value) <= 1 for value in re.findall(r"--(?:share|weight):([^\"]+)\"", html))
        for title in re.findall(r'<span[^>]* title="([^"]*)"', html):
            assert "None" not in html_module.unescape(title)


def test_what_is_read_first_is_around_the_strongest_sentence() -> None:
    ending = "Otters that sleep hold hands, and awake ones look for urchins, crabs and snails."
    document = Document.from_text("Bees dance. " * 90 + ending, "a.txt")
    [(_, html)] = drawn(explained("baseline:search.pooling=late", [document], QUESTION, TINY), document)
    assert ending in stripped_of_tags(html.partition('<div class="cs-text cs-whole">')[0])
