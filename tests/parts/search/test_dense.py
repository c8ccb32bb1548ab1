"""Exact search: cosine similarity, best first, equal scores in document order."""

import numpy as np
import pytest

from rag_core import UserError, preset
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.geometry import Span
from rag_core.parts.search.dense import DenseSearch
from rag_core.pipeline.build import resources_for
from rag_core.stages.entries import Entry
from rag_core.stages.query import Query

TEXTS = ["Bees make honey.", "Frost kills blossom.", "Bees make honey.", "Sugar is sweet.", "Bees make honey."]


def entries_of(texts, document=0):
    return [Entry("text", Span(10 * i, 10 * i + 9), written=text, document=document) for i, text in enumerate(texts)]


def found_in(entries, question, resources, k=None):
    documents = [Document(str(i), "", "text", "", ()) for i in range(2)]
    return DenseSearch().index(entries, documents, resources).search([Query(question)], resources, k).scored


def test_scores_are_cosine_similarities(model_vectors, resources):
    found = found_in(entries_of(TEXTS), "What do bees make?", resources)
    vectors = model_vectors.passages(TEXTS)
    expected = vectors @ model_vectors.query("What do bees make?")
    assert [scored.score for scored in found] == sorted((scored.score for scored in found), reverse=True)
    for scored in found:
        assert scored.score == pytest.approx(expected[scored.entry], abs=1e-6)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_equal_texts_have_equal_scores_and_are_in_document_order(resources):
    found = found_in(entries_of(TEXTS), "What do bees make?", resources)
    assert [scored.entry for scored in found[:3]] == [0, 2, 4]
    assert len({scored.score for scored in found[:3]}) == 1


def test_ties_are_in_document_order_for_any_order_of_entries(resources):
    entries = entries_of(TEXTS[:1], document=1) + entries_of(TEXTS[2:3]) + entries_of(["x", *TEXTS[:1]])[1:]
    found = found_in(entries, "What do bees make?", resources)
    assert [scored.entry for scored in found] == [1, 2, 0]


@pytest.mark.parametrize(("k", "number"), [(1, 1), (3, 3), (99, 5), (None, 5)])
def test_k(k, number, resources):
    assert len(found_in(entries_of(TEXTS), "Honey?", resources, k)) == number


def test_a_ranking_is_complete_where_all_entries_are_in_it(resources):
    index = DenseSearch().index(entries_of(TEXTS), [Document("0", "", "text", "", ())], resources)
    complete = {k: index.search([Query("Honey?")], resources, k).complete for k in (1, 4, 5, 99, None)}
    assert complete == {1: False, 4: False, 5: True, 99: True, None: True}


def test_queries_for_other_searches_only_are_refused(resources):
    index = DenseSearch().index(entries_of(TEXTS), [Document("0", "", "text", "", ())], resources)
    with pytest.raises(UserError, match=r"search\.kind=dense"):
        index.search([Query("honey", use="bm25")], resources)


def test_an_empty_index_finds_nothing(resources):
    assert list(found_in([], "Honey?", resources)) == []


def test_near_ties_are_in_document_order_for_any_batch(model_vectors):
    texts = [f"{name} make honey in the summer." for name in ("Bees", "Wasps")]
    likes = [change(text) for text in texts for change in (str.upper, str, str.title)]
    for others in ([], ["word " * length for length in range(1, 60, 7)]):
        vectors = Vectors(model_vectors.model)
        vectors.prepare([*likes[1:4], *others])
        resources = resources_for(preset("baseline:search.pooling=per_chunk"), vectors)
        found = found_in(entries_of(likes), "What do bees make?", resources)
        assert [scored.entry for scored in found] == [0, 1, 2, 3, 4, 5]
