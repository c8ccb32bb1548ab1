"""Hybrid search against a brute force: several levels, documents and queries, with weights and uses."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag_core.errors import UserError
from rag_core.geometry import Span
from rag_core.parts.search.bm25 import term_index
from rag_core.parts.search.hybrid import HybridSearch
from rag_core.stages.entries import Entry
from rag_core.stages.query import Query
from tests.ordering import best_first

SENTENCES = ["Otters hold hands.", "Honey keeps for years.", "A colony has one queen.", "Frost kills blossom."]
QUERIES = st.builds(
    Query,
    st.sampled_from(["otters", "the honey of a queen", "frost and otters", "nothing here"]),
    st.sampled_from([0.5, 1.0, 2.0]),
    st.sampled_from(["query", "passage"]),
    st.sampled_from(["dense", "bm25", "both"]),
    st.booleans(),
)
ASKED = st.lists(QUERIES, min_size=1, max_size=4).filter(
    lambda queries: all(any(query.use != other for query in queries) for other in ("dense", "bm25"))
)
often = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def documents_and_entries(numbers, levels, text_document):
    """Documents of sentences, and an entry for each: the sentence, and it with its neighbours at a second level."""
    documents, entries = [], []
    for number, chosen in enumerate(numbers):
        sentences = [SENTENCES[i] for i in chosen]
        documents.append(text_document(" ".join(sentences), f"{number}.txt"))
        starts = np.cumsum([0, *(len(sentence) + 1 for sentence in sentences)]).tolist()
        spans = [Span(start, start + len(sentence)) for start, sentence in zip(starts, sentences, strict=False)]
        for i, span in enumerate(spans):
            around = Span(spans[max(i - 1, 0)].start, spans[min(i + 1, len(spans) - 1)].end)
            entries.append(Entry("window", span, (span, around)[:levels], document=number))
    return documents, entries


def min_max(scores):
    spread = max(scores) - min(scores)
    return [(score - min(scores)) / spread if spread > 1e-6 else 0.0 for score in scores]


def mean_over(rows, weights):
    """The mean over the levels of the weighted means over the queries, one entry after the other."""
    return [
        np.mean([np.average([row[i] for row in level], weights=weights) for level in rows])
        for i in range(len(rows[0][0]))
    ]


def brute_force(search, documents, entries, queries, resources):
    """The scores of both stages, and the fused ones."""
    levels = range(len(entries[0].windows))
    texts = [[entry.indexed_text(documents[entry.document], level) for entry in entries] for level in levels]
    terms = term_index(search, entries, documents)
    stages = []
    for other in ("bm25", "dense"):
        of_stage = [query for query in queries if query.use != other]
        rows = [[] for _ in levels]
        vectors = dense_vectors(of_stage, resources) if other == "bm25" else []
        for vector, _ in vectors:
            for level in levels:
                rows[level].append((resources.vectors.of_texts(texts[level]) @ vector).tolist())
        for query in of_stage if other == "dense" else []:
            for level in levels:
                rows[level].append(terms.scores(query.text)[level].tolist())
        weights = [weight for _, weight in vectors] or [query.weight for query in of_stage]
        scaled = [[min_max(row) for row in level] for level in rows]
        stages.append((mean_over(rows, weights), mean_over(scaled, weights)))
    (dense, dense_scaled), (lexical, lexical_scaled) = stages
    if search.fusion == "weighted":
        share = search.dense_weight
        fused = [share * a + (1 - share) * b for a, b in zip(dense_scaled, lexical_scaled, strict=True)]
    else:
        by_dense, by_bm25 = ranks_of(dense), ranks_of(lexical)
        fused = [
            1 / (60 + a) + (1 / (60 + b) if s > 0 else 0) for a, b, s in zip(by_dense, by_bm25, lexical, strict=True)
        ]
    return dense, lexical, fused


def dense_vectors(queries, resources):
    """A vector and a weight for each query; the averaged ones have the direction of their weighted mean."""
    vectors = [(query, resources.vectors.of_query(query.text, query.role)) for query in queries]
    found = [(vector, query.weight) for query, vector in vectors if not query.averaged]
    averaged = [(vector, query.weight) for query, vector in vectors if query.averaged]
    if averaged:
        mean = np.average([vector for vector, _ in averaged], axis=0, weights=[weight for _, weight in averaged])
        found.append((mean / np.linalg.norm(mean), sum(weight for _, weight in averaged)))
    return found


def ranks_of(scores):
    """The rank of each entry from 1 up; equal ones rank in their order."""
    order = best_first(scores)
    return [order.index(i) + 1 for i in range(len(scores))]


@pytest.mark.parametrize("levels", [1, 2])
@given(
    numbers=st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=6), min_size=1, max_size=3),
    queries=ASKED,
    fusion=st.sampled_from(["weighted", "rrf"]),
    dense_weight=st.sampled_from([0.0, 0.3, 0.5, 1.0]),
)
@often
def test_brute_force(levels, numbers, queries, fusion, dense_weight, text_document, resources):
    documents, entries = documents_and_entries(numbers, levels, text_document)
    search = HybridSearch(fusion=fusion, dense_weight=dense_weight, pooling="per_chunk")
    ranking = search.index(entries, documents, resources).search(queries, resources)
    dense, lexical, fused = brute_force(search, documents, entries, queries, resources)
    assert ranking.stages["dense"].tolist() == pytest.approx(dense, abs=1e-5)
    assert ranking.stages["bm25"].tolist() == pytest.approx(lexical, abs=1e-5)
    assert ranking.stages["fused"].tolist() == pytest.approx(fused, abs=1e-5)
    assert [one.score for one in ranking.scored] == [ranking.stages["fused"][one.entry] for one in ranking.scored]
    assert [one.entry for one in ranking.scored] == best_first(fused, tie=1e-8 if fusion == "rrf" else 1e-6)


def test_late_ranks_are_in_order(text_document, resources):
    """From rank 1,000 on, shares of 1 / (60 + rank) differ by less than what rounding changes in similarities."""
    text = "\n".join(f"{'otters ' * (i % 41)}hold {'hands ' * (i % 7)}" for i in range(1500))
    starts = [0, *(i + 1 for i, letter in enumerate(text) if letter == "\n")]
    spans = [Span(start, text.index("\n", start)) for start in starts[:-1]]
    entries = [Entry("chunk", span, (span,)) for span in spans]
    index = HybridSearch(fusion="rrf", pooling="per_chunk").index(entries, [text_document(text)], resources)
    scores = [one.score for one in index.search([Query("otters hold hands")], resources).scored]
    assert scores == sorted(scores, reverse=True)


def test_rounding_is_not_scaled(text_document, resources):
    """Equal texts have similarities that differ by some 1e-8, which must not become a difference of 1."""
    documents, entries = documents_and_entries([[0] * 37], 1, text_document)
    for question in ("otters", "trains"):
        index = HybridSearch(pooling="per_chunk").index(entries, documents, resources)
        ranking = index.search([Query(question)], resources)
        assert not ranking.stages["fused"].any()
        assert [one.entry for one in ranking.scored] == list(range(37))


@pytest.mark.parametrize("use", ["dense", "bm25"])
def test_both_searches_need_a_query(use, text_document, resources):
    documents, entries = documents_and_entries([[0]], 1, text_document)
    index = HybridSearch(pooling="per_chunk").index(entries, documents, resources)
    with pytest.raises(UserError, match="needs a query for the dense search and one for BM25"):
        index.search([Query("otters", use=use)], resources)
