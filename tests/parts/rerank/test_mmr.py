"""MMR against its definition, LangChain's function, and LlamaIndex's, whose defect is named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core import compare, preset
from rag_core.parts.rerank.marginal_relevance import mmr, similarities
from rag_core.parts.rerank.mmr import MMR
from rag_core.stages.entries import Entry
from rag_core.stages.entry_vectors import VectorMatrix
from rag_core.stages.ordering import TIE
from rag_core.stages.ranking import Ranking, Scored
from tests.fakes.entries_only import built_of

RANDOM = np.random.default_rng(3)


def units(*shape):
    vectors = RANDOM.normal(size=shape)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def naive(relevance, similar, lambda_mult):
    """The definition, entry by entry: of those left, the one with the highest marginal relevance."""
    taken, scores = [], []
    left = list(range(len(relevance)))
    while left:
        marginal = {
            i: lambda_mult * relevance[i] - (1 - lambda_mult) * max((similar[i][j] for j in taken), default=0.0)
            for i in left
        }
        best = min(i for i in left if marginal[i] >= max(marginal.values()) - TIE)
        taken.append(best)
        scores.append(marginal[best])
        left.remove(best)
    return taken, scores


@given(count=st.integers(1, 30), dimensions=st.integers(1, 6), lambda_mult=st.floats(0, 1), seed=st.integers(0, 10**6))
def test_it_is_the_definition(count, dimensions, lambda_mult, seed):
    random = np.random.default_rng(seed)
    similar = similarities(random.normal(size=(1, count, dimensions)))
    relevance = random.normal(size=count)
    order, scores = mmr(relevance, similar, lambda_mult)
    expected, marginal = naive(relevance, similar, lambda_mult)
    assert scores == pytest.approx(marginal)
    assert sorted(order) == list(range(count))
    assert order == expected


@given(lambda_mult=st.floats(0, 1), count=st.integers(1, 12), seed=st.integers(0, 10**6))
def test_it_is_langchains(lambda_mult, count, seed):
    langchain = pytest.importorskip("langchain_core.vectorstores.utils")
    random = np.random.default_rng(seed)
    query, vectors = random.normal(size=8), random.normal(size=(count, 8))
    relevance = vectors @ query / (np.linalg.norm(vectors, axis=1) * np.linalg.norm(query))
    vectors, relevance = vectors[np.argsort(-relevance)], np.sort(relevance)[::-1]  # as in a ranking
    order, _ = mmr(relevance, similarities(vectors[None]), lambda_mult, tie=0)
    theirs = langchain.maximal_marginal_relevance(query, list(vectors), lambda_mult=lambda_mult, k=count)
    assert order == theirs


def test_llama_index_compares_only_with_the_last_one_taken():
    """Ours compares with all that were taken; up to the second one, that is the same."""
    from llama_index.core.indices.query.embedding_utils import get_top_k_mmr_embeddings

    query = np.array([1.0, 0.0, 0.0])
    first, other = np.array([0.9, 0.4, 0.0]), np.array([0.6, 0.0, 0.8])
    vectors = np.stack([v / np.linalg.norm(v) for v in (first, other, first + 0.01)])
    scores, theirs = get_top_k_mmr_embeddings(list(query), vectors.tolist(), similarity_top_k=3, mmr_threshold=0.5)
    order, ours = mmr(vectors @ query, similarities(vectors[None]), 0.5)
    assert order[:2] == theirs[:2] == [0, 1]
    assert ours[:2] == pytest.approx(scores[:2])
    again = 0.5 * vectors[2] @ query - 0.5 * vectors[2] @ vectors[0]
    assert ours[2] == pytest.approx(again), "a near copy of the first one counts as one"
    assert scores[2] > ours[2] + 0.1, "LlamaIndex has forgotten the first one"


@given(seed=st.integers(0, 10**6))
def test_llama_index_agrees_on_two_of_any_vectors(seed):
    from llama_index.core.indices.query.embedding_utils import get_top_k_mmr_embeddings

    random = np.random.default_rng(seed)
    query, vectors = random.normal(size=5), random.normal(size=(9, 5))
    relevance = vectors @ query / (np.linalg.norm(vectors, axis=1) * np.linalg.norm(query))
    scores, theirs = get_top_k_mmr_embeddings(list(query), vectors.tolist(), similarity_top_k=2, mmr_threshold=0.3)
    order, ours = mmr(relevance, similarities(vectors[None]), 0.3)
    assert order[:2] == theirs
    assert ours[:2] == pytest.approx(scores)


def reranked(part, scores, vectors, stages, text_document):
    built = built_of([text_document("x" * 99)], [Entry("chunk", (i, i + 1), ((i, i + 1),)) for i in range(len(scores))])
    object.__setattr__(built, "vectors", VectorMatrix(vectors.astype(np.float32)))
    ranked = sorted((Scored(i, float(score)) for i, score in enumerate(scores)), key=lambda one: -one.score)
    return ranked, part.rerank("?", Ranking(ranked, stages={name: np.array(scores) for name in stages}), built, None)


@pytest.mark.parametrize("stages", [["dense"], ["dense", "bm25", "fused"], ["bm25"]])
def test_lambda_1_leaves_the_order_and_the_rest_has_no_score(stages, text_document):
    scores = RANDOM.random(20)
    before, after = reranked(MMR(lambda_mult=1, entries=12), scores, units(1, 20, 4), stages, text_document)
    assert [one.entry for one in after.scored] == [one.entry for one in before]
    assert np.isnan([one.score for one in after.scored[12:]]).all()
    expected = scores if stages == ["dense"] else (scores - scores.min()) / (scores.max() - scores.min())
    assert [one.score for one in after.scored[:12]] == pytest.approx([expected[one.entry] for one in before[:12]])
    assert set(after.stages) == {*stages, "rerank"}


@pytest.mark.parametrize("lambda_mult", [0.3, 0.7, 1])
def test_rounding_errors_decide_nothing(lambda_mult):
    one, other = units(8), units(8)
    similar = similarities(np.stack([one, other, one, other])[None])
    relevance = np.array([0.5, 0.2, 0.5, 0.2])
    exact, _ = mmr(relevance, similar, lambda_mult)
    for seed in range(20):
        noise = np.random.default_rng(seed)
        order, _ = mmr(relevance + noise.normal(0, 1e-7, 4), similar + noise.normal(0, 1e-7, (4, 4)), lambda_mult)
        assert order == exact
    assert order.index(0) < order.index(2)
    assert order.index(1) < order.index(3)


def test_levels_count_alike(text_document):
    vectors, scores = units(3, 6, 4), RANDOM.random(6)
    before, after = reranked(MMR(lambda_mult=0.4), scores, vectors, ["dense"], text_document)
    order = [one.entry for one in before]
    similar = np.mean([level[order] @ level[order].T for level in vectors], axis=0)
    taken, marginal = naive(scores[order], similar, 0.4)
    assert [one.entry for one in after.scored] == [order[i] for i in taken]
    assert [one.score for one in after.scored] == pytest.approx(marginal, abs=1e-6)


def test_lambda_0_takes_what_is_unlike(text_document):
    near = units(4)
    vectors = np.stack([near, near, -near])[None]
    _, after = reranked(MMR(lambda_mult=0), [0.9, 0.8, 0.1], vectors, ["dense"], text_document)
    assert [one.entry for one in after.scored] == [0, 2, 1]


def test_a_search_without_scores_has_nothing_to_weigh(text_document):
    document = text_document("Paris is a city. Rome is another one.")
    strategies = [preset("whole_document:rerank.kind=mmr"), preset("whole_document")]
    column, other = compare([document], "Which city?", strategies).columns
    assert column.hits == []
    assert column.error is not None
    assert "this search gives none" in column.error
    assert "rerank.kind=none" in column.error
    assert (len(other.hits), other.error) == (1, None)


def test_bm25_has_vectors_for_it_too(text_document, model_vectors):
    document = text_document("Otters sleep on water.\n\nOtters sleep on the water.\n\nBees sleep at night. " * 3)
    spec = "baseline:search.kind=bm25,chunker.kind=recursive,chunker.chunk_tokens=20,chunker.overlap_tokens=0"
    [column] = compare(
        [document], "Who sleeps?", [preset(f"{spec},rerank.kind=mmr,budget.hits=3")], vectors=model_vectors
    ).columns
    assert [hit.score for hit in column.hits] == sorted((hit.score for hit in column.hits), reverse=True)
    assert all(set(hit.scores) == {"bm25", "rerank"} for hit in column.hits)


def test_nothing_ranked_stays_nothing(text_document):
    built = built_of([text_document("")], [])
    assert list(MMR().rerank("?", Ranking([]), built, None).scored) == []
