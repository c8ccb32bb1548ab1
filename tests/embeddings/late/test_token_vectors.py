"""The vector of a span is the mean of its tokens, however it is computed."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_core.embeddings.late.token_vectors import TokenVectors
from rag_core.geometry import Span


def token_vectors(tokens: int, seed: int) -> TokenVectors:
    """Tokens of three characters with a gap of one, with vectors that do not average to zero."""
    random = np.random.default_rng(seed)
    starts = 4 * np.arange(tokens, dtype=np.int32)
    return TokenVectors(random.normal(0.3, 0.5, (tokens, 8)).astype(np.float16), starts, starts + 3)


def naive(tokens: TokenVectors, spans: list[Span]) -> np.ndarray:
    inside = np.zeros(len(tokens.starts), bool)
    for start, end in spans:
        inside |= (tokens.starts < end) & (tokens.ends > start)
    total = tokens.vectors[inside].astype(np.float64).sum(axis=0)
    return total / np.linalg.norm(total) if inside.any() else total


@settings(deadline=None)
@given(st.integers(0, 300), st.integers(0, 9), st.lists(st.tuples(st.integers(0, 1300), st.integers(1, 400))))
def test_pool_is_the_mean_of_the_tokens(tokens: int, seed: int, pairs: list[tuple[int, int]]) -> None:
    vectors = token_vectors(tokens, seed)
    spans = [Span(start, start + length) for start, length in pairs]
    pooled = vectors.pool(spans)
    assert pooled.shape == (len(spans), 8)
    for row, span in zip(pooled, spans, strict=True):
        np.testing.assert_allclose(row, naive(vectors, [span]), atol=2e-5)


def test_a_group_is_the_mean_over_all_its_tokens() -> None:
    vectors = token_vectors(100, 3)
    group = [Span(0, 40), Span(100, 110), Span(333, 399)]
    np.testing.assert_allclose(vectors.pool_groups([group])[0], naive(vectors, group), atol=1e-5)


def test_sums_stay_exact_over_a_long_text() -> None:
    vectors = token_vectors(100_000, 5)
    last = Span(4 * 99_990, 4 * 99_995)
    np.testing.assert_allclose(vectors.pool([last])[0], naive(vectors, [last]), atol=1e-4)


def test_a_span_without_tokens_has_no_direction() -> None:
    assert not token_vectors(10, 1).pool([Span(3, 4), Span(500, 600)]).any()
