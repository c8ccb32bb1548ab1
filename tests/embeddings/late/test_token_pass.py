"""The token pass: what it reads does not depend on how the text was cut into windows and batches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.cpu.window_readers import NetworkReader
from rag_core.embeddings.late.token_pass import token_pass
from rag_core.embeddings.late.windows import owners, stride_of, window_starts
from rag_core.embeddings.minilm import default_model
from rag_core.geometry import Span
from rag_core.strategy.specs import preset
from tests.fakes.tiny_model import TinyModel
from tests.resources import RESOURCES

OVERLAPS = st.integers(0, 75)
LIMITS = st.integers(4, 16)
WORDS = st.integers(0, 90).map(lambda number: [f"w{i * i % 37}" for i in range(number)])
MORE_WORDS = st.integers(0, 60).map(lambda number: [f"more{i * i % 23}" for i in range(number)])


@pytest.fixture(scope="module")
def model() -> EmbeddingModel:
    found = default_model()
    found.wait()
    return found


@pytest.fixture
def in_float32(model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch) -> EmbeddingModel:
    monkeypatch.setitem(model.__dict__, "_reader", NetworkReader(model._transformer[0].auto_model))
    return model


@given(WORDS, LIMITS, OVERLAPS, st.integers(1, 200))
def test_every_token_is_read_in_its_most_central_window_whatever_the_batches(
    words: list[str], limit: int, overlap_percent: int, batch_tokens: int
) -> None:
    model, text = TinyModel(token_limit=limit), " ".join(words)
    found = token_pass(text, model, overlap_percent, batch_tokens=batch_tokens)
    ids = model.tokenize(text).ids
    window = min(limit - 2, len(ids))
    starts = window_starts(len(ids), window, stride_of(limit - 2, overlap_percent)) if words else []
    centres = [start + (window - 1) / 2 for start in starts]
    assert len(found.vectors) == len(ids) == len(words)
    for token, vector in enumerate(found.vectors):
        start = starts[int(np.argmin([abs(token - centre) for centre in centres]))]
        alone = model.vectors_of(ids[start : start + window])[1 + token - start]
        assert np.array_equal(vector, alone.astype(np.float16))


@given(WORDS.filter(lambda words: len(words) > 30), MORE_WORDS, LIMITS, OVERLAPS)
def test_tokens_before_the_last_window_do_not_know_whether_more_text_follows(
    words: list[str], more: list[str], limit: int, overlap_percent: int
) -> None:
    model = TinyModel(token_limit=limit)
    short = token_pass(" ".join(words), model, overlap_percent)
    long = token_pass(" ".join(words + more), model, overlap_percent)
    owned = before_the_last_window(len(words), limit - 2, overlap_percent)
    assert owned >= (len(words) - limit) // 2
    assert np.array_equal(short.vectors[:owned], long.vectors[:owned])
    span = [Span(0, int(short.ends[owned - 1]))]
    np.testing.assert_allclose(short.pool(span), long.pool(span), atol=1e-5)


def before_the_last_window(tokens: int, window: int, overlap_percent: int) -> int:
    """How many tokens are taken from another window than the last, which ends where the text does."""
    starts = window_starts(tokens, window, stride_of(window, overlap_percent))
    return int((owners(tokens, starts, window) < len(starts) - 1).sum())


@pytest.mark.parametrize("overlap_percent", [0, 50])
def test_the_model_reads_a_texts_beginning_alike_whether_or_not_more_follows(
    overlap_percent: int, in_float32: EmbeddingModel, handbook: Document
) -> None:
    text = handbook.text[2000:6000]
    cut = text.rindex(" ", 0, 3000)
    short = token_pass(text[:cut], in_float32, overlap_percent)
    long = token_pass(text, in_float32, overlap_percent)
    owned = before_the_last_window(len(short.starts), in_float32.text_tokens, overlap_percent)
    assert 300 < owned < len(short.starts) < len(long.starts)
    np.testing.assert_allclose(short.vectors[:owned], long.vectors[:owned], atol=2e-3)  # cached in half precision
    differing = np.abs(short.vectors[owned:].astype(np.float32) - long.vectors[owned : len(short.starts)]).max()
    assert differing > 0.05, "what the last window owns is read in another context"


@pytest.mark.parametrize("batch_tokens", [1, 100_000])
def test_batches_make_no_difference(batch_tokens: int, in_float32: EmbeddingModel, handbook: Document) -> None:
    text = handbook.text[:4000]
    whole = token_pass(text, in_float32)
    batched = token_pass(text, in_float32, batch_tokens=batch_tokens)
    np.testing.assert_allclose(whole.vectors, batched.vectors, atol=2e-3)  # cached in half precision
    spans = [Span(start, start + 300) for start in range(0, 3700, 150)]
    np.testing.assert_allclose(whole.pool(spans), batched.pool(spans), atol=1e-4)


WINDOWS = {
    "a whole window": "Otters hold hands while they sleep. " * 40,
    "part of one": "The bridge was finished in 1932, and it carries eight lanes of traffic.",
    "one word": "otter",
    "no words": "",
    "Chinese": "水獭睡觉时手牵着手, 这样它们就不会漂走。" * 5,
}


@pytest.mark.parametrize("text", WINDOWS.values(), ids=list(WINDOWS))
def test_one_window_with_its_special_tokens_is_the_models_own_vector(text: str, in_float32: EmbeddingModel) -> None:
    tokens = in_float32.tokenize(text)
    most = in_float32.text_tokens
    assert most == in_float32.info.token_limit - 2
    read = in_float32.encode_windows(tokens.ids[None, :most])[0]
    assert len(read) == min(len(tokens.ids), most) + 2
    mean, own = read.mean(axis=0), in_float32.encode_passages([text])[0]
    assert mean @ own / np.linalg.norm(mean) > 0.9999


def test_a_text_within_the_limit_is_one_window(in_float32: EmbeddingModel) -> None:
    text = "Otters hold hands while they sleep. " * 20
    tokens = token_pass(text, in_float32)
    pooled = tokens.pool([Span(0, len(text))])[0]
    assert pooled @ in_float32.encode_passages([text])[0] > 0.99


@pytest.mark.parametrize("text", ["", " \n ", "x", "好的。", "🙂", "\x00"])
def test_short_texts(model: EmbeddingModel, text: str) -> None:
    tokens = token_pass(text, model)
    assert tokens.pool([Span(0, len(text))]).shape == (1, model.info.dimensions)


def test_lower_precision_keeps_the_ranking(
    model: EmbeddingModel, handbook: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the processor has bfloat16: of the five best of 100 chunks, at least four stay, over ten questions."""
    if model.reading_dtype == "float32":
        pytest.skip("this processor has no bfloat16 instructions, so documents are read in float32 anyway")
    text = handbook.text[:20_000]
    chunks = preset("baseline:chunker.chunk_tokens=128").chunker.chunk(handbook, RESOURCES, Span(0, len(text)))
    low = token_pass(text, model).pool(chunks)
    monkeypatch.setitem(model.__dict__, "_reader", NetworkReader(model._transformer[0].auto_model))
    full = token_pass(text, model).pool(chunks)
    assert 0.998 < (low * full).sum(axis=1).min() < 1 - 1e-6, "they do differ, and not by much"
    questions = model.encode_queries([handbook.text[i : i + 60] for i in range(500, 20_000, 2000)])
    shared = [len(set(np.argsort(-(low @ q))[:5]) & set(np.argsort(-(full @ q))[:5])) for q in questions]
    assert min(shared) >= 4
    assert np.mean([np.argmax(low @ q) == np.argmax(full @ q) for q in questions]) >= 0.9
