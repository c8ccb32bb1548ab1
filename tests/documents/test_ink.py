"""The boxes of random spans of papers and filings cover the words of the span and no others."""

from __future__ import annotations

import numpy as np
import pytest

from rag_core import open_document
from tests.documents.ink import covers, spelled
from tests.documents.pdf_maker import pages_pdf, prose_lines, turned
from tests.paths import ROOT

DATA = ROOT.parent / "shared" / "data"
FILES = ["papers/llama", "papers/bert", "papers/roberta", "papers/superglue"]
FILES += ["filings/2022_Q3_AAPL", "filings/2023_Q2_NVDA"]
SPANS = 200


def test_a_made_page() -> None:
    document = open_document(
        pages_pdf(prose_lines("Seven herons fish in the shallows before dawn. " * 12)), name="a.pdf"
    )
    found = list(covers(document, 20))
    assert len(found) == 20
    assert all(cover.own >= 0.98 and cover.others < 0.02 for cover in found)


@pytest.mark.parametrize("rotation", [0, 90])
@pytest.mark.parametrize("parser", ["pdfium", "layout", "pypdf"])
def test_boxes_over_columns_and_pages_spell_their_spans(parser: str, rotation: int) -> None:
    words = [f"Heron {n} fishes in pool {3 * n}, and flies off to nest {7 * n} at dusk." for n in range(90)]
    pages = [
        [*prose_lines(" ".join(words[at : at + 15]), left=60, width=40),
         *prose_lines(" ".join(words[at + 15 : at + 30]), left=320, width=40)]
        for at in (0, 30, 60)
    ]  # fmt: skip
    document = open_document(turned(pages_pdf(*pages), rotation), name="herons.pdf", parser=parser)
    assert spelled(document, 60) == (0, 0)


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the papers and filings beside the project")
@pytest.mark.parametrize("parser", ["pdfium", "layout"])
@pytest.mark.parametrize("name", FILES)
def test_boxes_cover_the_words_of_a_span_and_no_others(name: str, parser: str) -> None:
    document = open_document(DATA / f"{name}.pdf", parser=parser)
    found = np.array(list(covers(document, SPANS)))
    assert found[:, 0].mean() >= 0.98
    assert found[:, 1].mean() < 0.02
    assert (found[:, 0] >= 0.98).mean() >= 0.98
    assert (found[:, 1] < 0.02).mean() >= 0.98
    assert found[:, 2].mean() >= 0.98


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the papers and filings beside the project")
@pytest.mark.parametrize("parser", ["pdfium", "layout", "pypdf"])
@pytest.mark.parametrize("name", FILES)
def test_what_stands_in_the_boxes_of_a_span_spells_it(name: str, parser: str) -> None:
    """Also for a parser whose text has its boxes through the alignment; heads that are repeated stand there once."""
    found = spelled(open_document(DATA / f"{name}.pdf", parser=parser), SPANS)
    assert found.missing < 0.02
    assert found.more < 0.02
