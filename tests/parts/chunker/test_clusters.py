"""The clusters of `cluster_semantic` against its definition, computed without any of its shortcuts."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.geometry import Span
from rag_core.parts.chunker.cluster_semantic import ClusterSemanticChunker
from rag_core.parts.chunker.clusters import mean_similarity, optimal_clusters
from rag_core.parts.chunker.recursive import RecursiveChunker
from tests.parts.chunker.test_chunker_contract import TEXTS


def reward(vectors, clusters):
    """The sum over the pairs in clusters of similarity minus the mean similarity of all pairs, both ways."""
    pairs = list(combinations(range(len(vectors)), 2))
    mean = np.mean([vectors[i] @ vectors[j] for i, j in pairs]) if pairs else 0.0
    return sum(2 * (vectors[i] @ vectors[j] - mean) for a, b in clusters for i, j in combinations(range(a, b), 2))


def segmentations(count, largest):
    """All ways to cut so many pieces into clusters of at most `largest`."""
    if count == 0:
        yield []
    for size in range(1, min(count, largest) + 1):
        for rest in segmentations(count - size, largest):
            yield [*rest, (count - size, count)]


@given(count=st.integers(0, 9), largest=st.integers(1, 9), seed=st.integers(0, 2**32 - 1), rounded=st.booleans())
def test_no_other_segmentation_has_a_greater_reward(count, largest, seed, rounded):
    vectors = np.random.default_rng(seed).normal(size=(count, 3))
    vectors = np.round(vectors) if rounded else vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    found = optimal_clusters(vectors.astype(np.float32), largest)
    assert [a for a, _ in found] == [0, *(b for _, b in found)][: len(found)]
    assert max((b - a for a, b in found), default=0) <= largest
    best = max(reward(vectors, clusters) for clusters in segmentations(count, largest))
    assert reward(vectors, found) == pytest.approx(best, abs=1e-4)


def dynamic_programming(vectors, largest):
    """The definition with the whole matrix, for lengths that allow no enumeration; the reward only."""
    matrix = vectors @ vectors.T
    matrix = matrix - matrix[np.triu_indices(len(matrix), k=1)].mean()
    np.fill_diagonal(matrix, 0)
    best = [0.0]
    for end in range(1, len(vectors) + 1):
        starts = range(max(end - largest, 0), end)
        best.append(max(best[start] + matrix[start:end, start:end].sum() for start in starts))
    return best[-1]


@pytest.mark.parametrize("largest", [1, 2, 8, 40])
def test_long_texts_are_computed_in_blocks(largest):
    vectors = np.random.default_rng(3).normal(size=(2_100, 8))  # more than one block
    found = optimal_clusters(vectors, largest)
    matrix = vectors @ vectors.T
    mean = matrix[np.triu_indices(len(matrix), k=1)].mean()
    own = sum(matrix[a:b, a:b].sum() - np.trace(matrix[a:b, a:b]) - mean * (b - a) * (b - a - 1) for a, b in found)
    assert own == pytest.approx(dynamic_programming(vectors, largest))
    assert mean_similarity(vectors) == pytest.approx(mean)


def test_pieces_before_the_first_gain_stay_apart():
    """Chroma's program joins them into one chunk, larger than the maximum: no segment start is noted for them."""
    unlike = np.eye(6)
    alike = np.tile([[0.0, 0, 0, 0, 0, 1]], (2, 1))
    assert optimal_clusters(np.concatenate([unlike[:5], alike]), 3) == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 7)]


@pytest.mark.parametrize("text", [TEXTS["CRLF"], TEXTS["paragraph separators"], "One piece.", ""])
def test_chunks_consist_of_pieces_of_the_recursive_chunker(text, text_document, resources):
    document = text_document(text)
    chunks = ClusterSemanticChunker(chunk_tokens=60, piece_tokens=20).chunk(document, resources)
    recursive = RecursiveChunker(chunk_tokens=20, overlap_tokens=0, separators="chroma")
    pieces = recursive.chunk(document, resources)
    vectors = resources.vectors.of_spans(document, pieces)
    inside = [[i for i, piece in enumerate(pieces) if a <= piece.start and piece.end <= b] for a, b in chunks]
    assert [i for numbers in inside for i in numbers] == list(range(len(pieces)))
    assert chunks == [Span(pieces[numbers[0]].start, pieces[numbers[-1]].end) for numbers in inside]
    assert [(numbers[0], numbers[-1] + 1) for numbers in inside] == optimal_clusters(vectors, 3)


def test_pieces_are_no_larger_than_chunks(text_document, resources):
    document = text_document(TEXTS["one sentence repeated"])
    small = ClusterSemanticChunker(chunk_tokens=20, piece_tokens=50).chunk(document, resources)
    assert small == ClusterSemanticChunker(chunk_tokens=20, piece_tokens=20).chunk(document, resources)
