"""An answer's vectors go where their `index` says, whatever their order; what cannot be placed is an error."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag_core.cache import ArrayCache, key_of
from rag_core.embeddings.openai_api import OpenAIModel
from rag_core.embeddings.vector_reply import UnusableVectorsError, vectors_in
from rag_core.embeddings.vectors import Vectors
from tests.embeddings.openai_api.failures import refused
from tests.fakes.embedding_server import EmbeddingServer, json_answer, vector_of

TEXTS = ["otters", "bees", "glaciers", "bread"]


def item(index: Any, text: str) -> dict[str, Any]:
    return {"object": "embedding", "index": index, "embedding": vector_of(text)}


def unit(text: str) -> np.ndarray:
    vector = np.array(vector_of(text), np.float32)
    return vector / np.linalg.norm(vector)


def in_order(order: list[int], index: Callable[[int], Any] = lambda i: i) -> Callable[[list[str]], Any]:
    """A server that answers in this order, as far as there are so many texts."""

    def answer(texts: list[str]) -> Any:
        places = [i for i in order if i < len(texts)]
        return json_answer({"data": [item(index(i), texts[i]) for i in places]})

    return answer


@pytest.mark.parametrize("order", [[3, 2, 1, 0], [2, 0, 3, 1], [1, 0, 3, 2]])
@pytest.mark.parametrize("index", [lambda i: i, str, float], ids=["number", "text", "float"])
def test_any_order_gives_each_text_its_own_vector(
    order: list[int], index: Callable[[int], Any], server: EmbeddingServer
) -> None:
    server.answer = in_order(order, index)
    found = OpenAIModel("m", base_url=server.address).encode_passages(TEXTS)
    np.testing.assert_allclose(found, [unit(text) for text in TEXTS], atol=1e-6)


@pytest.mark.parametrize("entry", [{}, {"index": None}], ids=["none", "null"])
def test_vectors_without_any_index_are_taken_as_they_come(entry: dict[str, Any]) -> None:
    found = vectors_in({"data": [{"embedding": vector_of(text), **entry} for text in TEXTS]}, len(TEXTS))
    np.testing.assert_allclose(found, [vector_of(text) for text in TEXTS], rtol=1e-6)


@pytest.mark.parametrize(
    ("indexes", "sentence"),
    [
        ([0, 1, 1, 3], "two vectors with the index 1, and none with 2"),
        ([0, 0, 0, 0], "two vectors with the index 0, and none with 1"),
        ([1, 2, 3, 4], "the index 4, where 4 texts have 0 to 3"),
        ([-1, 0, 1, 2], "the index -1"),
        ([0, 1, 2], "3 vectors instead of 4"),
        ([0, 1, 2, 3, 4], "5 vectors instead of 4"),
        ([0, 1, None, 3], "no index"),
        ([0, 1, "two", 3], "no index"),
        ([0, 1.5, 2, 3], "no index"),
        ([False, True, 2, 3], "no index"),
    ],
)
def test_what_cannot_be_placed_is_an_error(indexes: list[Any], sentence: str, server: EmbeddingServer) -> None:
    model = OpenAIModel("m", base_url=server.address)
    model.load_info()
    texts = [*TEXTS, "more"]
    pairs = list(zip(indexes, texts, strict=False))
    server.answer = lambda _: json_answer({"data": [item(index, text) for index, text in pairs]})
    assert sentence in refused(lambda: model.encode_passages(TEXTS))


@pytest.mark.parametrize(
    ("embeddings", "sentence"),
    [
        ([[1.0, 2.0], [1.0, 2.0, 3.0]], "different lengths (2, 3)"),
        ([[1.0, 2.0], [0.0, 0.0]], "a vector of zeros"),
        ([[1.0, 2.0], [1.0, float("inf")]], "not all finite"),
        ([[], []], "not all finite"),
        (["AAAAAA==", "AAAA"], "not all finite"),  # three bytes are no number
    ],
)
def test_what_is_no_vector_is_an_error(embeddings: list[Any], sentence: str) -> None:
    data = [{"index": i, "embedding": embedding} for i, embedding in enumerate(embeddings)]
    with pytest.raises(UnusableVectorsError, match=sentence.replace("(", r"\(").replace(")", r"\)")):
        vectors_in({"data": data}, len(data))


@pytest.mark.parametrize("embedding", [[["0.1"]], ["0.1", "0.2"], [[1.0, 2.0]], {"a": 1}, 3, [True, False]])
def test_other_forms_are_not_taken_for_vectors(embedding: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        vectors_in({"data": [{"index": 0, "embedding": embedding}]}, 1)


def test_base64_and_lists_of_numbers_are_equal() -> None:
    packed = [base64.b64encode(np.array(vector_of(text), "<f4").tobytes()).decode() for text in TEXTS]
    plain = {"data": [item(i, text) for i, text in enumerate(TEXTS)]}
    found = vectors_in({"data": [{"index": i, "embedding": text} for i, text in enumerate(packed)]}, len(TEXTS))
    np.testing.assert_array_equal(found, vectors_in(plain, len(TEXTS)))


def test_batches_of_different_dimensions_are_an_error(server: EmbeddingServer) -> None:
    model = OpenAIModel("m", base_url=server.address)
    model.load_info()
    model._requests.limits.batch_texts = 2
    sizes = iter((8, 9))
    server.answer = lambda texts: json_answer(
        {"data": [{"index": i, "embedding": [1.0] * size} for size in [next(sizes)] for i in range(len(texts))]}
    )
    assert "different lengths" in refused(lambda: model.encode_passages(TEXTS))


def test_vectors_that_were_cached_in_the_answers_order_are_not_used(server: EmbeddingServer, tmp_path: Path) -> None:
    """The key of the cache before vectors were ordered by index."""
    model = OpenAIModel("m", base_url=server.address)
    model.load_info()
    cache = ArrayCache(tmp_path, 10**9)
    former = f"openai/{server.address}/m/8/('', '')"
    wrong = np.ones(8, np.float32)
    cache.put_many({key_of("passage", former, text): wrong for text in TEXTS})
    found = Vectors(model, cache).passages(TEXTS)
    np.testing.assert_allclose(found, [unit(text) for text in TEXTS], atol=1e-6)
    assert model.info.fingerprint != former
