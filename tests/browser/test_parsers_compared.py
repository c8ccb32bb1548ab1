"""Two parsers side by side on Compare: one axis, hits that are compared, and marks of both on the page."""

from __future__ import annotations

import re

import pytest
from app_window import App, Upload
from playwright.sync_api import expect

from tests.documents.pdf_maker import pages_pdf, prose_lines

pytestmark = pytest.mark.browser
MILL = "A tide mill is driven by the ebb. It grinds when the sea has fallen below the level of the mill pond."
FILLER = [prose_lines(f"Chapter {n} is about bread, and says nothing else that matters here.") for n in range(6)]
PDF = pages_pdf(*FILLER[:3], prose_lines(MILL), *FILLER[3:])
# pypdf knows no boxes: its hits get onto the page, and beside the others, through the alignment of the texts.
SPECS = [f"baseline:chunker.chunk_tokens=32,parser.kind={parser}" for parser in ("pdfium", "pypdf", "layout")]


def test_hits_of_several_parsers_are_compared_and_marked_on_one_page(app: App) -> None:
    app.open(*SPECS, q="When does a tide mill grind?", doc=f"{'0' * 16}-none.txt")
    app.upload(Upload("mills.pdf", PDF))
    app.expect_results(len(SPECS))
    for column in range(len(SPECS)):
        best = app.hits(column).first
        expect(best.locator(".cs-text")).to_contain_text("It grinds when the sea has fallen")
        expect(best.locator(".cs-badge")).to_have_text("p 4")
        expect(best).to_contain_text(re.compile(r"also in.*%", re.DOTALL))
    best_marks = [app.page.locator(f".cs-lane .cs-mark[href='#hit-{column}-1']") for column in range(len(SPECS))]
    lefts = [mark.evaluate("one => parseFloat(one.style.left)") for mark in best_marks]
    assert max(lefts) - min(lefts) < 3  # percent of the one axis
    app.hits(1).first.locator(".cs-badge").click()
    page = app.page.get_by_role("region", name="On the page").locator(".cs-page[data-page='4']")
    marks = [page.locator(f".cs-pm-hit[data-key='{column}-1'] > .cs-tint") for column in range(len(SPECS))]
    for mark in marks:
        expect(mark).to_be_in_viewport()
    boxes = [mark.bounding_box() for mark in marks]
    assert max(box["y"] for box in boxes) - min(box["y"] for box in boxes) < boxes[0]["height"]
