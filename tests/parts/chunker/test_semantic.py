"""The chunker `semantic` cuts as LlamaIndex's SemanticSplitterNodeParser does with the same vectors."""

from itertools import pairwise

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SemanticSplitterNodeParser
from llama_index.core.schema import Document as LlamaDocument

from rag_core import open_document
from rag_core.geometry import Span
from rag_core.parts.chunker.breakpoints import breakpoints, neighbour_distances, weakest_cuts
from rag_core.parts.chunker.semantic import SemanticChunker
from rag_core.parts.chunker.sentence_starts import sentence_starts
from rag_core.text.tokenizers import get_tokenizer
from tests.parts.chunker.test_chunker_contract import TEXTS
from tests.resources import resources_of

# LlamaIndex joins sentences by spaces only where there is no distance, and fails on a text without any.
ODD = ["one letter", "periodic", "CJK", "CRLF", "ligatures", "paragraph separators", "question and exclamation marks"]


class OurVectors(BaseEmbedding):
    """Gives LlamaIndex the vectors of our built-in model, so that only the cuts are compared."""

    of_texts: object

    def _get_text_embedding(self, text):
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts):
        return self.of_texts(texts).tolist()

    _get_query_embedding = _get_text_embedding

    async def _aget_query_embedding(self, query):
        return self._get_text_embedding(query)


def assert_same_cuts(document, resources, percentile, buffer):
    ours = SemanticChunker(breakpoint_percentile=percentile, buffer_size=buffer).chunk(document, resources)
    model = OurVectors(of_texts=resources.vectors.of_texts)
    splitter = SemanticSplitterNodeParser(
        buffer_size=buffer, breakpoint_percentile_threshold=percentile, embed_model=model
    )
    theirs = [node.text.strip() for node in splitter.get_nodes_from_documents([LlamaDocument(text=document.text)])]
    assert [document.text[start:end] for start, end in ours] == [text for text in theirs if text]


@pytest.mark.parametrize(("percentile", "buffer"), [(95, 1), (80, 0), (60, 3), (0, 1), (100, 1)])
def test_on_the_sample(percentile, buffer, handbook, text_document, resources):
    assert_same_cuts(text_document(handbook.text[:12_000]), resources, percentile, buffer)


@pytest.mark.parametrize("name", ["chunking/state_of_the_union.md", "papers/bert.pdf"])
def test_on_real_texts(name, shared_data, text_document, resources):
    text = open_document(shared_data / name).text
    assert_same_cuts(text_document(text[:15_000]), resources, 90, 1)


@pytest.mark.parametrize("name", ODD)
def test_on_odd_texts(name, text_document, resources):
    assert_same_cuts(text_document(TEXTS[name][:3_000]), resources, 85, 1)


def test_late_vectors_come_from_the_token_pass(handbook, text_document):
    late = resources_of("late")
    document = text_document(handbook.text[:12_000])
    chunks = SemanticChunker(breakpoint_percentile=80).chunk(document, late)
    starts = sentence_starts(document.text, 0, len(document.text))
    edges = [*starts, len(document.text)]
    last = len(starts)
    groups = [Span(edges[max(i - 1, 0)], edges[min(i + 2, last)]) for i in range(last)]
    vectors = late.vectors.of_spans(document, groups)
    likeness = np.array([one @ other for one, other in pairwise(vectors)])
    cuts = [starts[i + 1] for i in np.flatnonzero(likeness < np.percentile(likeness, 20) - 1e-6)]
    assert cuts
    begins = {chunk.start for chunk in chunks}
    assert {cut + len(document.text[cut:]) - len(document.text[cut:].lstrip()) for cut in cuts} <= begins
    assert len(cuts) <= len(chunks) - 1 <= len(cuts) + 1  # one distance may be within rounding of the percentile


@pytest.mark.parametrize("size", [16, 40, 200])
def test_a_maximum_size_only_adds_cuts(size, handbook, text_document, resources):
    document = text_document(handbook.text[:12_000])
    count = get_tokenizer("cl100k").count
    whole = SemanticChunker(breakpoint_percentile=90).chunk(document, resources)
    cut = SemanticChunker(breakpoint_percentile=90, chunk_tokens=size).chunk(document, resources)
    assert {chunk.start for chunk in whole} <= {chunk.start for chunk in cut}
    assert {chunk.end for chunk in whole} <= {chunk.end for chunk in cut}
    assert max(count(document.text[start:end]) for start, end in cut) <= size + 3
    fitting = [chunk for chunk in whole if count(document.text[slice(*chunk)]) < size - 3]
    assert fitting or size < 40
    assert set(fitting) <= set(cut)


def test_a_long_chunk_is_cut_where_its_sentences_differ_most():
    distances = np.array([0.1, 0.5, 0.2, 0.9, 0.3])
    assert list(weakest_cuts(distances, 0, 6, lambda a, b: b - a <= 2)) == [(0, 2), (2, 4), (4, 6)]
    assert list(weakest_cuts(distances, 1, 4, lambda a, b: b - a <= 1)) == [(1, 2), (2, 3), (3, 4)]
    assert list(weakest_cuts(distances, 0, 6, lambda *_: True)) == [(0, 6)]


def test_only_distances_above_the_percentile_are_cuts():
    assert breakpoints(np.array([]), 95) == []
    assert breakpoints(np.array([0.5, 0.5, 0.5]), 50) == []
    assert breakpoints(np.array([0.1, 0.4, 0.2]), 50) == [1]


def test_a_group_without_a_vector_has_no_similarity():
    vectors = np.array([[1, 0], [0, 0], [0, 2], [0, 1]], np.float32)
    assert neighbour_distances(vectors).tolist() == [1, 1, 0]
