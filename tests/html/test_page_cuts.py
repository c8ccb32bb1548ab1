"""The cuts on a page's picture: each chunk has its lines, a bracket where it begins and ends, and its size."""

from __future__ import annotations

import re

import pytest

from rag_core import open_document
from rag_core.documents.document import Document
from rag_core.geometry import Box, Span
from rag_core.html.chunks import Lane
from rag_core.html.cut_shapes import band, bracket, rails, stretches, strike
from rag_core.html.page_cuts import page_cuts_html
from tests.documents.pdf_maker import pages_pdf
from tests.html.reader import MARKUP, assert_harmless

LINES = [(72, 100 + 13 * i, f"Otters swim in river number {i}.") for i in range(6)]


@pytest.fixture(scope="module")
def document() -> Document:
    return open_document(pages_pdf(LINES, [(72, 100, "Seals swim.")]), name="otters.pdf")


def html_of(document: Document, *chunks: Span, here: int | None = None, beyond: Span | None = None) -> str:
    page = document.pages[0]
    truncated = [beyond if beyond and beyond.end == chunk.end else None for chunk in chunks]
    lane = Lane(MARKUP, 0, chunks, [7] * len(chunks), truncated)
    return page_cuts_html(document, page, page, [lane], lambda span: document.boxes(*span).get(1, []), here)


def test_each_chunk_has_its_lines_and_brackets(document: Document) -> None:
    middle, end = document.text.index("Otters swim in river number 3"), len(document.text)
    html = html_of(document, Span(0, middle), Span(middle, end))
    assert_harmless(html)
    assert re.findall(r'data-key="([^"]*)"', html) == ["0-0", "0-1"]
    assert html.count("cs-area") == 6
    assert html.count("cs-bracket") == 3  # the second chunk ends on the next page
    assert f"7 tokens, {middle} characters" in html


def test_overlaps_are_hatched_truncated_parts_struck_and_a_place_pointed_out(document: Document) -> None:
    second, third = (document.text.index(f"Otters swim in river number {i}") for i in (1, 2))
    html = html_of(document, Span(0, third), Span(second, len(document.text)), here=third, beyond=Span(second, third))
    assert html.count("url(#cs-shared0)") == 1
    assert html.count("cs-strike") == 1
    assert html.count("data-here") == 1


def test_two_columns_have_a_rail_each() -> None:
    left = [Box(70, 100 + 12 * i, 290, 110 + 12 * i) for i in range(3)]
    right = [Box(310, 100 + 12 * i, 530, 110 + 12 * i) for i in range(3)]
    assert stretches([*left, *right]) == [Box(70, 100, 290, 134), Box(310, 100, 530, 134)]
    first, second = rails([*left, *right], "before", 0)
    assert first.right < 70 < second.left < second.right < 310
    assert all(
        rail.left > box.right for rail, box in zip(rails([*left, *right], "after", 1), (left[0], right[0]), strict=True)
    )


def test_a_rail_beside_a_wide_title_ends_above_the_column_beside() -> None:
    title = Box(70, 80, 500, 95)
    left = [Box(70, 100 + 12 * i, 290, 110 + 12 * i) for i in range(3)]
    right = [Box(310, 100 + 12 * i, 530, 110 + 12 * i) for i in range(3)]
    [beside_title, beside_column] = rails([title, *left], "after", 0, [title, *left, *right])
    assert (beside_title.top, beside_title.bottom, beside_column.top, beside_column.bottom) == (80, 95, 100, 134)
    assert 290 < beside_column.left < beside_column.right < 310
    assert len(rails([title, *left], "before", 0, [title, *left, *right])) == 1


def test_cells_of_a_row_share_a_rail() -> None:
    row = [Box(70, 100, 200, 110), Box(300, 100, 340, 110), Box(400, 100, 440, 110)]
    assert len(rails([*row, Box(70, 115, 200, 125)], "before", 0)) == 1


def test_upright_text_has_its_marks_across() -> None:
    line = Box(50, 100, 62, 500)
    assert band(line, 0, 2) == Box(50, 100, 56, 500)
    assert strike(line) == (56, 100, 56, 500)
    low = bracket(line, Box(50, 490, 62, 500), opens=True)
    assert low.startswith("M50.00 496.50 L50.00 500.00")
    [rail] = rails([line], "before", 0)
    assert rail.bottom < line.top


def test_a_bracket_stands_where_the_chunks_letter_is() -> None:
    line = Box(70, 100, 290, 110)
    assert "L70.00 100.00" in bracket(line, Box(70, 100, 76, 110), opens=True)
    assert "L290.00 100.00" in bracket(line, Box(284, 100, 290, 110), opens=False)
