"""Exported programs give the same hits as the strategies: the same texts and order, with scores within 1e-4.

Where LlamaIndex has a known defect, ours is the right behaviour, and `test_known_differences.py` names it.
"""

import dataclasses
import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from rag_core import compare, open_document, preset
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.exports import llama_index_program
from tests.parity.agreement import HANDBOOK_QUESTIONS, PAPER_QUESTIONS, PLAIN_TEXT, Ask, assert_parity, pooling

ON_HANDBOOK = [
    "baseline",
    "chunk_references",
    "metadata_references",
    "baseline:chunker.chunk_tokens=200,chunker.overlap_tokens=0,budget.hits=5",
    "baseline:chunker.kind=token,chunker.chunk_tokens=128,chunker.overlap_tokens=30,budget.hits=4",
    "baseline:chunker.chunk_tokens=256,budget.kind=tokens,budget.tokens=600",
    "baseline:budget.kind=distinct_parents,search.entries=3",
    "chunk_references:budget.hits=3",
    "chunk_references:budget.kind=hits,budget.hits=6",
    "chunk_references:budget.kind=tokens,budget.tokens=900",
    "metadata_references:reference.questions=3,reference.summary_sentences=2,budget.hits=4",
    "metadata_references:reference.questions=0,budget.kind=tokens,budget.tokens=50",
    "hybrid:chunker.chunk_tokens=200,budget.hits=4",
    "hybrid:search.fusion=rrf,chunker.kind=recursive,chunker.chunk_tokens=100,chunker.overlap_tokens=0,budget.hits=5",
    "chunk_references:search.kind=hybrid,search.dense_weight=0.3,reference.child_tokens=64,budget.hits=4",
    "metadata_references:search.kind=hybrid,budget.kind=score_share",
    "whole_document",
    "whole_document:chunker.chunk_tokens=100,chunker.overlap_tokens=30,budget.min_score=0.5",
    "baseline:chunker.chunk_tokens=200,rerank.kind=mmr,rerank.entries=8,budget.hits=12",
    "hybrid_mmr",
    "query_spans:reference.window_tokens=0+128",
    "query_spans:search.kind=dense,reference.window_tokens=200,chunker.kind=sentence,chunker.chunk_tokens=100",
    "baseline:chunker.kind=recursive,chunker.separators=langchain,chunker.chunk_tokens=150,budget.hits=6,"
    "budget.min_score=0.3",
    "baseline:chunker.kind=token,chunker.chunk_tokens=100,chunker.min_chunk_tokens=60,budget.kind=score_share",
    "section_context",
    "section_context:chunker.kind=sentence,chunker.chunk_tokens=120,search.kind=dense,reference.heading_tokens=8",
    "section_context:chunker.kind=token,chunker.chunk_tokens=100,search.dense_weight=0.2",
    "baseline:chunker.kind=markdown,chunker.chunk_tokens=64,chunker.overlap_tokens=20,budget.hits=5",
    "hybrid:chunker.kind=markdown,chunker.max_heading_level=1,chunker.min_chunk_tokens=60,budget.hits=5",
    "chunk_references:chunker.kind=page,chunker.chunk_tokens=300,reference.child_tokens=64",
    "baseline:chunker.kind=page,budget.kind=tokens,budget.tokens=600",
    "semantic",
    "semantic:chunker.breakpoint_percentile=80,chunker.buffer_size=2,search.kind=hybrid",
    "semantic:chunker.chunk_tokens=120,chunker.min_chunk_tokens=30",
    "semantic:chunker.breakpoint_percentile=70,chunker.min_chunk_tokens=40,budget.kind=tokens,budget.tokens=500",
    "chunk_references:chunker.kind=semantic,reference.child_tokens=64",
    "baseline:chunker.kind=cluster_semantic,chunker.chunk_tokens=200,budget.hits=4",
    "hybrid:chunker.kind=cluster_semantic,chunker.piece_tokens=30,chunker.min_chunk_tokens=40,budget.hits=4",
    "baseline:chunker.kind=characters,chunker.chunk_characters=300,chunker.overlap_characters=50,budget.hits=4",
]

IN_MINILM_TOKENS = [
    "chunk_references:chunker.chunk_tokens=256,reference.child_tokens=64,reference.overlap_tokens=10",
    "baseline:chunker.kind=token,chunker.chunk_tokens=100,budget.kind=tokens,budget.tokens=250",
]
ON_PLAIN_TEXT = [
    "metadata_references:chunker.chunk_tokens=64,chunker.overlap_tokens=8,budget.kind=tokens,budget.tokens=90"
]
RUN = [
    "baseline:search.pooling=per_chunk",
    "hybrid:chunker.kind=recursive,chunker.chunk_tokens=200,search.pooling=mean",
    "query_spans",
    "query_spans:search.kind=bm25",
    "baseline:chunker.kind=cluster_semantic,search.kind=bm25",
    "baseline:chunker.kind=characters,search.pooling=per_chunk",
]


@pytest.mark.parametrize("spec", pooling("per_chunk", ON_HANDBOOK))
def test_on_the_sample(spec: str, first_pages: Document, ask_program: Ask, model_vectors: Vectors) -> None:
    assert_parity(ask_program, spec, first_pages, HANDBOOK_QUESTIONS, model_vectors)


@pytest.mark.parametrize("spec", pooling("per_chunk", ["baseline", "chunk_references"]))
def test_on_a_paper(spec: str, shared_data: Path, ask_program: Ask, model_vectors: Vectors) -> None:
    paper = open_document(shared_data / "papers" / "llama.pdf")
    assert_parity(ask_program, spec, paper, PAPER_QUESTIONS, model_vectors)


@pytest.mark.parametrize("spec", pooling("per_chunk", IN_MINILM_TOKENS))
def test_in_the_models_own_tokens(spec: str, first_pages: Document, ask_program: Ask, model_vectors: Vectors) -> None:
    document = dataclasses.replace(first_pages, tokenizer="minilm")
    assert_parity(ask_program, spec, document, HANDBOOK_QUESTIONS, model_vectors)


@pytest.mark.parametrize("spec", pooling("per_chunk", ON_PLAIN_TEXT))
def test_on_plain_text(
    spec: str, text_document: Callable[..., Document], ask_program: Ask, model_vectors: Vectors
) -> None:
    """In this text, lines are wrapped in the middle of sentences."""
    document = text_document("\n\n".join(textwrap.fill(paragraph, 40) for paragraph in PLAIN_TEXT))
    assert_parity(ask_program, spec, document, ["Who keeps the bees?", "When is honey harvested?"], model_vectors)


@pytest.mark.parametrize("spec", RUN)
def test_the_program_runs_by_itself(spec: str, tmp_path: Path, first_pages: Document, vectors: Vectors) -> None:
    (tmp_path / "program.py").write_text(llama_index_program(preset(spec)), encoding="utf-8")
    (tmp_path / "text.txt").write_bytes(first_pages.text.encode())
    # Isolated, the interpreter finds only what is installed: no file of the project.
    command = [sys.executable, "-I", "program.py", "text.txt", HANDBOOK_QUESTIONS[0]]
    run = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, encoding="utf-8")
    hits = compare([first_pages], HANDBOOK_QUESTIONS[0], [preset(spec)], vectors=vectors).columns[0].hits
    printed = json.loads(run.stdout)
    assert printed
    assert [(hit["rank"], hit["text"]) for hit in printed] == [(hit.rank, hit.text) for hit in hits]
    assert [hit["score"] for hit in printed] == pytest.approx([hit.score for hit in hits], abs=1e-4)
