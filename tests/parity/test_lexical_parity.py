"""Programs with BM25 alone load no model, and give the same hits on any text."""

from collections.abc import Callable

import pytest

from rag_core import preset
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.exports import llama_index_program
from tests.parity.agreement import HANDBOOK_QUESTIONS, asking, assert_parity
from tests.parts.chunker.test_chunker_contract import TEXTS

SPECS = [
    "baseline:search.kind=bm25,chunker.chunk_tokens=100,budget.hits=20",
    "baseline:search.kind=bm25,search.stemmed=false,search.language=german,chunker.kind=token,chunker.chunk_tokens=64",
    "baseline:search.kind=bm25,chunker.kind=recursive,chunker.chunk_tokens=60,chunker.min_chunk_tokens=40,budget.hits=9",
    "chunk_references:search.kind=bm25,chunker.chunk_tokens=100,reference.child_tokens=32+48,budget.kind=hits,"
    "budget.hits=50",
    "chunk_references:search.kind=bm25,chunker.chunk_tokens=100,reference.child_tokens=32,budget.hits=8",
    "query_spans:search.kind=bm25",
    "query_spans:search.kind=bm25,budget.score_share=0.4,budget.min_tokens=300,budget.max_tokens=700",
    "query_spans:search.kind=bm25,reference.window_tokens=100,budget.kind=tokens,budget.tokens=150",
    "query_spans:search.kind=bm25,budget.kind=distinct_parents,budget.hits=4",
    "query_spans:search.kind=bm25,chunker.kind=sentence,chunker.chunk_tokens=60,chunker.overlap_tokens=25",
    "query_spans:search.kind=bm25,chunker.chunk_tokens=16,budget.kind=distinct_parents,search.entries=7",
    "query_spans:search.kind=bm25,budget.min_score=0.5,budget.kind=hits,budget.hits=30",
]
HARD = ["periodic", "one sentence repeated", "giant word", "CJK", "emoji families", "CRLF", "ligatures", "commas only"]
QUESTIONS = [
    "\u8fd9\u662f\u4ec0\u4e48 training sentence?",
    "What is \u6587\u7ae0 in the office, or the otters?",
    "\u3002?",
]


@pytest.mark.parametrize("spec", SPECS)
def test_on_the_sample(spec: str, handbook: Document, model_vectors: Vectors) -> None:
    """The programs take no embedding model, so none is given to them."""
    assert_parity(asking(None), spec, handbook, [*HANDBOOK_QUESTIONS, "the of and"], model_vectors)


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("name", HARD)
def test_on_hard_texts(spec: str, name: str, text_document: Callable[..., Document], model_vectors: Vectors) -> None:
    assert_parity(asking(None), spec, text_document(TEXTS[name]), QUESTIONS, model_vectors)


@pytest.mark.parametrize("spec", SPECS)
def test_no_model_is_loaded(spec: str) -> None:
    source = llama_index_program(preset(spec))
    assert not [word for word in ("embed_model", "torch", "huggingface", "minilm") if word in source.lower()]
