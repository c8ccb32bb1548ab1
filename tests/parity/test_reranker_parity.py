"""A program with a cross-encoder gives the hits of the strategy."""

from pathlib import Path

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from tests.fakes.tiny_cross_encoder import save_tiny_cross_encoder
from tests.parity.agreement import Ask, assert_parity

DOCUMENT = Document.from_text("\n\n".join(f"Otter {i} holds {'hands ' * (i % 5 + 1)}on the water." for i in range(24)))


def test_with_a_cross_encoder(tmp_path: Path, ask_program: Ask, model_vectors: Vectors) -> None:
    folder = save_tiny_cross_encoder(tmp_path)
    spec = (
        "baseline:chunker.kind=recursive,chunker.chunk_tokens=16,chunker.overlap_tokens=0,search.kind=bm25,"
        f'budget.hits=9,rerank.kind=cross_encoder,rerank.model="{folder}",rerank.entries=6'
    )
    assert_parity(ask_program, spec, DOCUMENT, ["What do otters hold?", "What is on the water?"], model_vectors)
