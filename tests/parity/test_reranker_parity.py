"""A program with a reranker that reads the texts once more gives the hits of the strategy."""

from pathlib import Path

import pytest

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from tests.fakes.tiny_cross_encoder import save_tiny_cross_encoder
from tests.parity.agreement import HANDBOOK_QUESTIONS, Ask, assert_parity

DOCUMENT = Document.from_text("\n\n".join(f"Otter {i} holds {'hands ' * (i % 5 + 1)}on the water." for i in range(24)))


def test_with_a_cross_encoder(tmp_path: Path, ask_program: Ask, model_vectors: Vectors) -> None:
    folder = save_tiny_cross_encoder(tmp_path)
    spec = (
        "baseline:chunker.kind=recursive,chunker.chunk_tokens=16,chunker.overlap_tokens=0,search.kind=bm25,"
        f'budget.hits=9,rerank.kind=cross_encoder,rerank.model="{folder}",rerank.entries=6'
    )
    assert_parity(ask_program, spec, DOCUMENT, ["What do otters hold?", "What is on the water?"], model_vectors)


@pytest.mark.parametrize(
    "spec",
    [
        "baseline:chunker.chunk_tokens=200,rerank.kind=late_interaction,rerank.entries=6,budget.hits=8,"
        "search.pooling=per_chunk",
        "metadata_references:rerank.kind=late_interaction,budget.hits=4,search.pooling=per_chunk",
    ],
)
def test_with_late_interaction(spec: str, first_pages: Document, ask_program: Ask, vectors: Vectors) -> None:
    """It compares vectors of tokens, which the program reads in float32."""
    assert_parity(ask_program, spec, first_pages, HANDBOOK_QUESTIONS, vectors)


def test_with_mmr_after_bm25(first_pages: Document, ask_program: Ask, model_vectors: Vectors) -> None:
    spec = "chunk_references:search.kind=bm25,rerank.kind=mmr,rerank.lambda_mult=0.2,budget.kind=all"
    assert_parity(ask_program, spec, first_pages, HANDBOOK_QUESTIONS, model_vectors)
