"""Vectors of windows by sums over shared units equal those that are pooled one by one."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag_core.embeddings.late.token_vectors import TokenVectors
from rag_core.geometry import Span
from rag_core.stages.entry_vectors import VectorMatrix, entry_vectors_from, pooled_runs

RANDOM = np.random.default_rng(7)


def tokens_of(count):
    """Token vectors of a text of two characters a token and a blank after each."""
    starts = np.arange(count, dtype=np.int32) * 3
    vectors = RANDOM.normal(size=(count, 16)).astype(np.float16)
    return TokenVectors(vectors, starts, starts + 2)


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_scores_are_those_of_the_pooled_vectors(data):
    documents = [tokens_of(count) for count in data.draw(st.lists(st.integers(1, 700), min_size=1, max_size=3))]
    windows = []
    for tokens in documents:
        ends = st.integers(0, 3 * len(tokens.starts))
        drawn = data.draw(st.lists(st.lists(st.tuples(ends, ends).map(sorted), min_size=2, max_size=2), max_size=6))
        windows.append(np.array(drawn, np.int64).reshape(-1, 2, 2).swapaxes(0, 1))
    vectors = pooled_runs(documents, windows)
    query = RANDOM.normal(size=16).astype(np.float32)
    query /= np.linalg.norm(query)
    expected = [
        np.concatenate(
            [t.pool([Span(*pair) for pair in of[level].tolist()]) for t, of in zip(documents, windows, strict=True)]
        )
        for level in range(2)
    ]
    assert np.allclose(vectors.scores(query), np.stack(expected) @ query, atol=1e-5)
    count = vectors.norms.shape[1]
    chosen = data.draw(st.lists(st.integers(0, count - 1), max_size=5)) if count else []
    rows = vectors.rows(chosen)
    assert rows.shape == (2, len(chosen), 16)
    assert np.allclose(rows, np.stack(expected)[:, chosen], atol=1e-5)
    restored = entry_vectors_from(vectors.to_arrays())
    assert np.array_equal(restored.scores(query), vectors.scores(query))


def test_a_matrix_is_restored():
    matrix = VectorMatrix(RANDOM.normal(size=(2, 3, 4)).astype(np.float32))
    restored = entry_vectors_from(matrix.to_arrays())
    assert np.array_equal(restored.matrix, matrix.matrix)
    assert entry_vectors_from({}) is None
    assert np.array_equal(matrix.rows([2, 0, 2]), matrix.matrix[:, [2, 0, 2]])
    assert matrix.rows([]).shape == (2, 0, 4)
