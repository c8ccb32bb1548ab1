"""The model reads a document from the moment it is opened, so that a question asked later does not wait for it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from app_window import SPECS, App, Upload
from conftest import TIMEOUT_MS, Server

from rag_core import open_document
from rag_core.cache.array_cache import ArrayCache
from rag_core.embeddings.late.token_pass import DEFAULT_OVERLAP_PERCENT
from rag_core.embeddings.late.token_vector_store import TokenVectorStore
from rag_core.embeddings.minilm import default_model

pytestmark = pytest.mark.browser
QUESTION = "Which two tasks is BERT pre-trained on?"


@pytest.fixture(scope="module")
def paper(shared_data: Path) -> Path:
    return shared_data / "papers" / "bert.pdf"


def wait_until_read(paper: Path, server: Server) -> None:
    """What one process has read, another finds in the cache on disk; so nobody has to ask the page."""
    document, home = open_document(paper), server.log.parent
    give_up_s = time.monotonic() + TIMEOUT_MS / 1000
    while time.monotonic() < give_up_s:
        if TokenVectorStore(default_model(), ArrayCache(home / "vectors", 10**10)).has(
            document, DEFAULT_OVERLAP_PERCENT
        ):
            return
        time.sleep(0.2)
    pytest.fail("The paper was not read in the background.")


def test_a_question_asked_later_meets_a_document_that_was_read(
    paper: Path, start_server: Callable[..., Server], new_app: Callable[..., App]
) -> None:
    server = start_server()  # whose cache holds nothing of the paper
    app = new_app(server)
    app.open(*SPECS, "baseline:search.pooling=per_chunk")
    app.upload(Upload(paper.name, paper.read_bytes()))
    wait_until_read(paper, server)
    app.ask(QUESTION)
    app.expect_results(3)
    with app.page.expect_download() as started:
        app.page.get_by_role("button", name="JSON").click()
    result = json.loads(Path(started.value.path()).read_bytes())
    assert [document["name"] for document in result["documents"]] == [paper.name]
    *late, per_chunk = [column["timings_ms"]["embed_ms"] for column in result["columns"]]
    # A pass takes seconds; what is left is looking up that it was made.
    assert max(late) < 20
    assert per_chunk > 10 * max(late), "chunks embedded alone are embedded when the question is asked"
