"""With late pooling, exported programs give the same hits as the strategies if both compute in float32."""

import dataclasses
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from rag_core import open_document
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.text.tokenizers.minilm import model_folder
from tests.fakes.float32_models import Float32Model
from tests.parity.agreement import HANDBOOK_QUESTIONS, PAPER_QUESTIONS, PLAIN_TEXT, Ask, asking, assert_parity, pooling
from tests.presets import WITHOUT_LLM

ALL_PRESETS = pytest.mark.parametrize("spec", pooling("late", WITHOUT_LLM))
OTHERS = [
    "baseline:chunker.kind=token,chunker.chunk_tokens=128,chunker.overlap_tokens=30,budget.hits=4",
    "baseline:chunker.chunk_tokens=256,budget.kind=tokens,budget.tokens=600,search.window_overlap_percent=0",
    "chunk_references:chunker.kind=token,chunker.chunk_tokens=300,reference.child_tokens=40+90,budget.hits=3",
    "chunk_references:budget.kind=hits,budget.hits=6,search.window_overlap_percent=75",
    "metadata_references:reference.questions=0,reference.summary_sentences=2,budget.kind=tokens,budget.tokens=900",
    "hybrid:search.fusion=rrf,chunker.kind=recursive,chunker.chunk_tokens=100,chunker.min_chunk_tokens=50,budget.hits=5",
    "chunk_references:search.kind=hybrid,search.dense_weight=0.7,reference.child_tokens=40+90,budget.hits=3",
    "metadata_references:search.kind=hybrid,budget.kind=hits,budget.hits=9,budget.min_score=0.2",
    "query_spans:search.kind=dense,budget.kind=tokens,budget.tokens=300",
    "query_spans:search.fusion=rrf,budget.kind=distinct_parents,budget.hits=3",
    "query_spans:chunker.kind=sentence,chunker.chunk_tokens=100,reference.window_tokens=300,budget.score_share=0.9",
    "hybrid:search.numbers_lengthen=false,chunker.chunk_tokens=256,chunker.overlap_tokens=0",
    "hybrid:chunker.kind=semantic,chunker.chunk_tokens=300,chunker.min_chunk_tokens=20,budget.hits=4",
    "baseline:chunker.kind=cluster_semantic,budget.hits=5",
]
WITH_MEAN = [
    "baseline:chunker.chunk_tokens=200,budget.hits=4",
    "chunk_references:reference.child_tokens=40+90",
    "metadata_references:budget.kind=score_share",
    "hybrid:chunker.kind=recursive,chunker.chunk_tokens=100,budget.hits=5",
    "semantic",
    "query_spans:reference.window_tokens=0+128",
    "query_spans:reference.window_tokens=128,search.kind=dense",
]
IN_MINILM_TOKENS = [
    "chunk_references:chunker.chunk_tokens=256,reference.child_tokens=64,reference.overlap_tokens=10",
    "baseline:chunker.kind=token,chunker.chunk_tokens=100,budget.kind=tokens,budget.tokens=250",
    "metadata_references:chunker.chunk_tokens=200",
    "query_spans:chunker.chunk_tokens=32,budget.max_tokens=300",
]
WHERE_TEXT_REPEATS = [
    "baseline:chunker.chunk_tokens=100,budget.hits=5",
    "baseline:chunker.kind=token,chunker.chunk_tokens=100,budget.hits=5",
    "chunk_references:chunker.chunk_tokens=300,reference.child_tokens=50+100",
    "baseline:chunker.kind=recursive,chunker.chunk_tokens=100,budget.hits=5",
    "hybrid:chunker.kind=token,chunker.chunk_tokens=90,chunker.min_chunk_tokens=60,budget.hits=5",
    "query_spans",
]
# Without the first one: two chunks of the sample share the key phrase nearest to it, and LlamaIndex orders ties
# arbitrarily.
ON_ALL_OF_THE_SAMPLE = [*HANDBOOK_QUESTIONS[1:], "How much overlap is enough?"]
SENTENCE = "Bees make honey. "


@ALL_PRESETS
def test_on_the_sample(spec: str, handbook: Document, ask_program: Ask, vectors: Vectors) -> None:
    assert_parity(ask_program, spec, handbook, ON_ALL_OF_THE_SAMPLE, vectors)


@ALL_PRESETS
def test_on_a_paper(spec: str, shared_data: Path, ask_program: Ask, vectors: Vectors) -> None:
    paper = open_document(shared_data / "papers" / "llama.pdf")
    assert_parity(ask_program, spec, paper, PAPER_QUESTIONS, vectors)


@pytest.mark.parametrize("spec", pooling("late", OTHERS))
def test_with_other_parts(spec: str, first_pages: Document, ask_program: Ask, vectors: Vectors) -> None:
    assert_parity(ask_program, spec, first_pages, HANDBOOK_QUESTIONS, vectors)


@pytest.mark.parametrize("spec", pooling("mean", WITH_MEAN))
def test_with_the_mean_of_both_poolings(spec: str, first_pages: Document, ask_program: Ask, vectors: Vectors) -> None:
    assert_parity(ask_program, spec, first_pages, HANDBOOK_QUESTIONS, vectors)


@pytest.mark.parametrize("spec", pooling("late", IN_MINILM_TOKENS))
def test_in_the_models_own_tokens(spec: str, first_pages: Document, ask_program: Ask, vectors: Vectors) -> None:
    document = dataclasses.replace(first_pages, tokenizer="minilm")
    assert_parity(ask_program, spec, document, HANDBOOK_QUESTIONS, vectors)


@pytest.mark.parametrize("spec", pooling("late", WHERE_TEXT_REPEATS))
def test_on_a_repetitive_text(
    spec: str, text_document: Callable[..., Document], ask_program: Ask, vectors: Vectors
) -> None:
    """The same text occurs a hundred times, but its vector depends on its position relative to the windows."""
    document = text_document(SENTENCE * 300 + "Frost kills blossom. " + SENTENCE * 300)
    assert_parity(ask_program, spec, document, ["What do bees make?", "What does frost do?"], vectors)


@ALL_PRESETS
@pytest.mark.parametrize("text", ["Bees make honey.", "\n\n".join(textwrap.fill(text, 40) for text in PLAIN_TEXT)])
def test_on_short_plain_text(
    spec: str, text: str, text_document: Callable[..., Document], ask_program: Ask, vectors: Vectors
) -> None:
    assert_parity(ask_program, spec, text_document(text), ["Who keeps the bees?"], vectors)


def test_with_a_model_that_requires_prefixes(first_pages: Document) -> None:
    """The passage prefix is added to each window too."""
    folder, query, passage = str(model_folder()), "query: ", "passage: "
    ours = Float32Model(folder, query_prefix=query, passage_prefix=passage)
    theirs = HuggingFaceEmbedding(folder, device="cpu", query_instruction=query, text_instruction=passage)
    spec = "metadata_references:search.pooling=late"
    assert_parity(asking(theirs), spec, first_pages, HANDBOOK_QUESTIONS, Vectors(ours))
