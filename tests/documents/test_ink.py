"""The boxes of random spans of papers and filings cover the words of the span and no others."""

from __future__ import annotations

import numpy as np
import pytest

from rag_core import open_document
from tests.documents.ink import covers
from tests.documents.pdf_maker import pages_pdf, prose_lines
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
