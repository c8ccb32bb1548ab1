"""A page's marks are SVG in points over its picture; whatever a document says in them is escaped."""

from __future__ import annotations

import re

import pytest

from rag_core.documents.document import Page
from rag_core.geometry import Box
from rag_core.html.page_view import PageMark, overlay_svg
from rag_core.html.palette import MAX_COLUMNS

PAGE = Page(3, 0, 10, 595.0, 842.0)
BOXES = [Box(72, 100, 300, 112), Box(72, 114, 200, 126)]


def test_boxes_are_in_points_of_the_page() -> None:
    html = overlay_svg(PAGE, [PageMark(BOXES, 0, "hit", "0-1", "rank 1")], name="one")
    assert 'viewBox="0 0 595.000 842.000"' in html
    assert "M72.0 100.0H300.0V112.0H72.0ZM72.0 114.0H200.0V126.0H72.0Z" in html
    assert 'data-key="0-1"' in html


def test_titles_and_keys_are_escaped() -> None:
    mark = PageMark(BOXES, 0, "hit", '"><script>', "</title><script>alert(1)</script>")
    html = overlay_svg(PAGE, [mark], name="one")
    assert "<script" not in html


@pytest.mark.parametrize("kind", ["hit", "match"])
def test_each_column_has_a_pattern_of_its_own(kind) -> None:
    marks = [PageMark(BOXES, column, kind, "k", "t") for column in range(MAX_COLUMNS)]
    html = overlay_svg(PAGE, marks, name="one")
    patterns = dict(re.findall(r'<pattern id="one-p(\d)"[^>]*>(.*?)</pattern>', html, re.DOTALL))
    assert len({pattern.strip() for pattern in patterns.values()}) == MAX_COLUMNS
    assert all(f"url(#one-p{column})" in html for column in range(MAX_COLUMNS))


def test_a_mark_without_boxes_is_not_drawn() -> None:
    assert "data-key" not in overlay_svg(PAGE, [PageMark([], 0, "hit", "0-1", "rank 1")], name="one")
