"""Columns that read a document with different parsers: what they share is not known, and is said not to be."""

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
    first, second, third = [hit_of(PDFIUM, 0, 6)], [hit_of(LAYOUT, 0, 6)], [hit_of(PDFIUM, 0, 12)]
    return view_of([PDFIUM, LAYOUT], first, second, third, names=["A", "B", "C"])


def test_a_hit_says_of_which_column_it_is_unknown(view: ComparisonView) -> None:
    html = hit_html(view, 0, view.comparison.columns[0].hits[0])
    assert re.findall(r'cs-chip cs-c(\d)" title="([^"]*)"', html) == [
        ("1", "Not available: B reads the document with another parser, and the two texts are not aligned."),
        ("2", "C found 100 % of this text too"),
    ]
    assert "only here" not in html


def test_the_table_has_no_share_between_them(view: ComparisonView) -> None:
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", shared_table_html(view))
    assert cells == ["", "n/a", "100 %", "n/a", "n/a", "50 %", "n/a"]


def test_there_is_neither_a_common_part_nor_one_of_their_own(view: ComparisonView) -> None:
    for html in (by_all_html(view), *(only_html(view, column) for column in range(3))):
        assert Reader(html).text.strip().startswith("Not available: ")


def test_other_documents_in_the_same_comparison_change_nothing() -> None:
    view = view_of([PDFIUM, LAYOUT, NOTES], [hit_of(NOTES, 0, 6)], [hit_of(NOTES, 0, 6), hit_of(LAYOUT, 0, 6)])
    assert view.is_comparable(0, 1)
    assert view.is_comparable(1, 0)
    assert "Otters" in by_all_html(view)


def test_two_texts_of_one_source_are_one_document_to_the_reader(view: ComparisonView) -> None:
    assert "pdfium" not in hit_html(view, 0, view.comparison.columns[0].hits[0])
