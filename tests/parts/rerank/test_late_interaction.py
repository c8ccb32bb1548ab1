"""Late interaction: MaxSim against its definition, on the real model's vectors and on any."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core import compare, preset
from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModelInfo
from rag_core.embeddings.minilm import default_model
from rag_core.embeddings.vectors import Vectors
from rag_core.parts.rerank.max_similarity import max_similarities
from tests.fakes.tiny_model import TinyModel

QUESTION = "What do otters hold while they sleep?"
PARAGRAPHS = [
    "Otters of the northern coast eat sea urchins and crabs.",
    "Bees of the old orchard make honey for the whole winter.",
    "The frost of early May kills the first blossom of the pears.",
    "While they sleep, otters hold the hands of each other.",
    "The moor behind the village is wet in all of its hollows.",
    "Honey in closed jars keeps for more years than anybody lives.",
]
TEXT = "\n\n".join(PARAGRAPHS)
SMALL = "baseline:chunker.kind=recursive,chunker.chunk_tokens=16,chunker.overlap_tokens=0,budget.hits=20"


@given(lengths=st.lists(st.integers(0, 6), max_size=6), asked=st.integers(0, 5), seed=st.integers(0, 10**6))
def test_it_is_the_definition(lengths, asked, seed):
    random = np.random.default_rng(seed)
    question = random.normal(size=(asked, 4)).astype(np.float32)
    texts = [random.normal(size=(length, 4)).astype(np.float16) for length in lengths]
    weights = random.random(asked)
    expected = [
        sum(w * max(float(t @ q) for t in text.astype(np.float32)) for q, w in zip(question, weights, strict=True))
        / sum(weights)
        if len(text) and asked
        else 0.0
        for text in texts
    ]
    assert max_similarities(question, texts, weights).tolist() == pytest.approx(expected, abs=1e-5)


def naive_scores(document, hits, chunks):
    """Token by token, with the network itself: no windows, no batches, no running sums."""
    import torch

    model = default_model()
    model.wait()
    network = model._transformer[0].auto_model

    def read(text):
        ids = model.tokenize(text).ids
        shown = torch.tensor([[101, *ids.tolist(), 102]])
        with torch.inference_mode():
            rows = network(input_ids=shown).last_hidden_state[0][1:-1].float().numpy()
        return ids.tolist(), [row / np.linalg.norm(row) for row in rows]

    ids, asked = read(QUESTION)
    found = [set(model.tokenize(chunk).ids.tolist()) for chunk in chunks]
    df = [sum(piece in pieces for pieces in found) for piece in ids]
    weights = [math.log(1 + (len(chunks) - n + 0.5) / (n + 0.5)) for n in df]
    scores = []
    for hit in hits:
        _, text = read(hit.text)
        best = [max(float(row @ vector) for vector in text) for row in asked]
        scores.append(sum(w * s for w, s in zip(weights, best, strict=True)) / sum(weights))
    return scores


def test_on_the_real_model(model_vectors):
    document = Document.from_text(TEXT)
    [column] = compare(
        [document], QUESTION, [preset(f"{SMALL},rerank.kind=late_interaction")], vectors=model_vectors
    ).columns
    assert len(column.hits) == column.counts.chunks
    chunks = [hit.text for hit in column.hits]
    assert [hit.score for hit in column.hits] == pytest.approx(naive_scores(document, column.hits, chunks), abs=0.02)
    assert column.hits[0].text == PARAGRAPHS[3]
    assert column.strategy.score_name == "Late interaction score"


@pytest.mark.parametrize("spec", ["chunk_references", "metadata_references", "query_spans", "hybrid"])
def test_with_any_reference_and_several_documents(spec):
    documents = [
        Document.from_text(TEXT, "a.txt"),
        Document.from_text("", "b.txt"),
        Document.from_text(TEXT[::-1], "c.txt"),
    ]
    strategies = [preset(f"{spec}:rerank.kind=late_interaction,rerank.entries=3,budget.kind=all")]
    [column] = compare(documents, QUESTION, strategies, vectors=Vectors(TinyModel())).columns
    scored = [hit for hit in column.hits if hit.score is not None]
    assert 1 <= len(scored) <= 3
    assert [hit.score for hit in scored] == sorted((hit.score for hit in scored), reverse=True)
    assert column.hits[: len(scored)] == scored


def test_texts_are_read_once():
    model = TinyModel()
    vectors = Vectors(model)
    strategy = preset(f"{SMALL},rerank.kind=late_interaction")
    document = Document.from_text(TEXT)
    first = compare([document], QUESTION, [strategy], vectors=vectors).columns[0].hits
    read = len(model.read)
    assert compare([document], QUESTION, [strategy], vectors=vectors).columns[0].hits == first
    assert len(model.read) == read + 1, "only the question is read again"


def test_a_model_without_token_vectors_says_what_to_do():
    model = TinyModel()
    model._facts = EmbeddingModelInfo("no tokens", 8, 12, late_pooling_obstacle="It pools by its first token.")
    strategy = preset(f"{SMALL},rerank.kind=late_interaction")
    [column] = compare([Document.from_text(TEXT)], QUESTION, [strategy], vectors=Vectors(model)).columns
    assert "needs the vectors of single tokens, and Tiny has none" in column.error
    assert "Choose another reranker" in column.error
