"""Documents are read once, whoever asks, and what is cached of them is what a new pass gives."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.cache import ArrayCache
from rag_core.embeddings.late.token_pass import token_pass
from rag_core.embeddings.late.token_vector_store import TokenVectorStore
from rag_core.embeddings.minilm import default_model
from rag_core.embeddings.vectors import Vectors
from rag_core.geometry import Span
from tests.fakes.tiny_model import SilentModel, TinyModel

GB = 10**9
TEXT = "Otters hold hands while they sleep. " * 30
TEXTS = st.text(st.characters(exclude_categories=()), max_size=120) | st.sampled_from(["", " ", "水獭🦦 \ud83d x\0y"])


def equal(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("vectors", "starts", "ends"))


@given(TEXTS, st.integers(0, 75))
def test_what_is_cached_is_what_was_read(tmp_path_factory, text_document, text, overlap_percent):
    folder, document = tmp_path_factory.mktemp("cache"), text_document(text)
    first = TokenVectorStore(TinyModel(), ArrayCache(folder, GB)).read(document, overlap_percent)
    again = TokenVectorStore(SilentModel(), ArrayCache(folder, GB))
    assert again.has(document, overlap_percent)
    cached = again.read(document, overlap_percent)
    assert equal(cached, first)
    assert equal(cached, token_pass(text, TinyModel(), overlap_percent))
    spans = [Span(start, end) for start in range(0, len(text), 7) for end in (start + 1, len(text))]
    assert np.array_equal(cached.pool(spans), first.pool(spans))


def test_the_models_own_vectors_are_cached_unchanged(tmp_path, handbook, text_document):
    document, model = text_document(handbook.text[:3000]), default_model()
    first = TokenVectorStore(model, ArrayCache(tmp_path, GB)).read(document, 50)
    cached = TokenVectorStore(model, ArrayCache(tmp_path, GB)).read(document, 50)
    assert cached is not first
    assert equal(cached, first)
    spans = [Span(start, start + 400) for start in range(0, 2600, 100)]
    np.testing.assert_allclose(cached.pool(spans), token_pass(document.text, model, 50).pool(spans), atol=1e-3)


def test_vectors_of_single_texts_are_cached_unchanged(tmp_path, handbook):
    texts = [handbook.text[start : start + 50 + start // 10] for start in range(0, 4000, 200)]
    first = Vectors(default_model(), ArrayCache(tmp_path, GB)).passages(texts)
    again = Vectors(default_model(), ArrayCache(tmp_path, GB))
    assert again.missing(texts) == []
    assert np.array_equal(again.passages(texts), first)
    np.testing.assert_allclose(Vectors(default_model()).passages(texts[::-1])[::-1], first, atol=1e-6)


def test_questions_and_passages_are_cached_apart(tmp_path):
    first = Vectors(TinyModel(), ArrayCache(tmp_path, GB))
    passage, question = first.passages(["honey"])[0], first.query("honey")
    assert not np.allclose(passage, question)
    again = Vectors(SilentModel(), ArrayCache(tmp_path, GB))
    assert np.array_equal(again.query("honey"), question)
    assert np.array_equal(again.passages(["honey"])[0], passage)


@pytest.mark.parametrize(
    ("model", "overlap_percent", "text"),
    [
        (TinyModel("another"), 50, TEXT),
        (TinyModel(token_limit=13), 50, TEXT),
        (TinyModel(reading_dtype="bfloat16"), 50, TEXT),
        (TinyModel(), 25, TEXT),
        (TinyModel(), 50, TEXT + "."),
    ],
)
def test_another_models_or_windows_vectors_are_not_taken_for_it(tmp_path, text_document, model, overlap_percent, text):
    TokenVectorStore(TinyModel(), ArrayCache(tmp_path, GB)).read(text_document(TEXT), 50)
    other = TokenVectorStore(model, ArrayCache(tmp_path, GB))
    assert not other.has(text_document(text), overlap_percent)
    found = other.read(text_document(text), overlap_percent)
    assert equal(found, token_pass(text, TinyModel(token_limit=model.info.token_limit), overlap_percent))


def test_who_wants_what_another_reads_waits_for_it(text_document):
    class Slow(TinyModel):
        def encode_windows(self, windows, rows):
            time.sleep(0.05)
            return super().encode_windows(windows, rows)

    model, document = Slow(), text_document(TEXT)
    store = TokenVectorStore(model, ArrayCache(Path(), 0))
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: store.read(document, 50), range(8)))
    assert all(tokens is found[0] for tokens in found)
    once = TinyModel()
    token_pass(TEXT, once, 50)
    assert len(model.read) == len(once.read) > 1


def test_the_least_recently_used_goes_first(text_document):
    documents = [text_document(f"{TEXT} {number}") for number in range(3)]
    size = token_pass(documents[0].text, TinyModel(), 50).vectors.nbytes
    store = TokenVectorStore(TinyModel(), ArrayCache(Path(), 0), max_bytes=2 * size)
    first, _ = store.read(documents[0], 50), store.read(documents[1], 50)
    assert store.read(documents[0], 50) is first
    store.read(documents[2], 50)
    assert [store.has(document, 50) for document in documents] == [True, False, True]


def test_a_document_beyond_the_bound_is_cached_alone(text_document):
    small, big = text_document("Otters sleep."), text_document(TEXT)
    store = TokenVectorStore(TinyModel(), ArrayCache(Path(), 0), max_bytes=100)
    assert token_pass(small.text, TinyModel(), 50).vectors.nbytes < 100
    for document in (small, big, small):
        store.read(document, 50)
        assert [store.has(other, 50) for other in (small, big)] == [document is small, document is big]


def test_a_document_that_another_thread_evicts_meanwhile_is_returned_all_the_same(text_document):
    document, store = text_document(TEXT), TokenVectorStore(TinyModel(), ArrayCache(Path(), 0))

    class Dropping:
        """In the place of the lock: whenever it was free, another thread has made room."""

        def __enter__(self):
            store._recent.clear()

        def __exit__(self, *_):
            pass

    store._lock = Dropping()
    assert equal(store.read(document, 50), token_pass(TEXT, TinyModel(), 50))
