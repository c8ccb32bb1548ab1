"""Columns that read a document with different parsers are compared through the alignment of their texts."""

from __future__ import annotations

import re

import pytest

from rag_core.html.cards import hit_html
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.overlap_tables import by_all_html, only_html, shared_table_html
from tests.html.comparisons import document_of, hit_of, paged, view_of
from tests.html.reader import Reader

PDFIUM, LAYOUT = paged(["Otters swim."], "pdfium", "bytes"), paged(["Otters  swim."], "layout", "bytes")
NOTES = document_of("Otters eat urchins.", "notes.txt")


@pytest.fixture
def view() -> ComparisonView:
    first, second, third = [hit_of(PDFIUM, 0, 6)], [hit_of(LAYOUT, 0, 6)], [hit_of(PDFIUM, 7, 12)]
    return view_of([PDFIUM, LAYOUT], first, second, third, names=["A", "B", "C"])


def test_a_hit_says_which_column_found_it_in_its_own_text(view: ComparisonView) -> None:
    html = hit_html(view, 0, view.comparison.columns[0].hits[0])
    assert re.findall(r'cs-chip cs-c(\d)" title="([^"]*)"', html) == [("1", "B found 100 % of this text too")]


def test_the_table_has_the_shares_and_says_what_was_laid_over_what(view: ComparisonView) -> None:
    html = shared_table_html(view)
    assert re.findall(r"<td[^>]*>([^<]*)</td>", html) == ["", "100 %", "0 %", "100 %", "0 %", "0 %", "0 %"]
    assert "100 % of the letters of the first have a place in the second" in html


def test_the_common_part_and_what_is_left_are_in_a_columns_own_text() -> None:
    view = view_of([PDFIUM, LAYOUT], [hit_of(PDFIUM, 0, 12)], [hit_of(LAYOUT, 8, 13)], names=["A", "B"])
    assert "swim" in Reader(by_all_html(view)).text
    assert "Otters" in Reader(only_html(view, 0)).text
    assert "swim" not in Reader(only_html(view, 0)).text
    assert Reader(only_html(view, 1)).text.strip() == "Everything this column found, another column found too."


def test_what_a_text_lacks_is_found_by_nobody_else() -> None:
    other = paged(["Otters swim.", "Bees dance on the comb."], "ocr", "bytes")
    view = view_of([PDFIUM, other], [hit_of(PDFIUM, 0, 12)], [hit_of(other, 0, 36)])
    assert "Bees dance on the comb." in only_html(view, 1)
    assert view.overlap.shared[0][1] == 1


def test_other_documents_in_the_same_comparison_change_nothing() -> None:
    view = view_of([PDFIUM, LAYOUT, NOTES], [hit_of(NOTES, 0, 6)], [hit_of(NOTES, 0, 6), hit_of(LAYOUT, 0, 6)])
    assert "Otters" in by_all_html(view)


def test_two_texts_of_one_source_are_one_document_to_the_reader(view: ComparisonView) -> None:
    assert "pdfium" not in hit_html(view, 0, view.comparison.columns[0].hits[0])
