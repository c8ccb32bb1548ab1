"""What the tests of written metadata share."""

from collections.abc import Callable

import pytest

from rag_core.documents.document import Document
from rag_core.enrichment import estimate
from tests.enrichment.village import TOPICS, about


@pytest.fixture
def document(text_document: Callable[..., Document]) -> Document:
    """Six chunks."""
    return text_document(about(TOPICS[:6]), "village.md")


@pytest.fixture(autouse=True)
def _nothing_timed() -> None:
    """No test goes by what another has measured."""
    estimate._timed.clear()
