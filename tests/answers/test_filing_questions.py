"""The marked answers of the benchmark's questions on quarterly reports, where the data is beside the project."""

import pytest

from tests.benchmarks.answer_threshold import DATA, filing_sets

pytestmark = pytest.mark.skipif(not (DATA / "filings").is_dir(), reason=f"no quarterly reports in {DATA}")


def test_every_marked_answer_is_on_its_page():
    put = list(filing_sets(DATA))
    assert len(put) == 100
    assert sum(bool(question.gold) for _, _, question in put) == 58
