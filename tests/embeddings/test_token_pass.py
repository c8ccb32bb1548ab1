"""The token pass with the real model: what it reads does not depend on how it was cut into windows and batches."""

import numpy as np
import pytest

from rag_core.documents.document import Document, Span
from rag_core.embeddings import token_pass as module
from rag_core.embeddings.model import EmbeddingModel, default_model
from rag_core.embeddings.token_pass import token_pass
from rag_core.specs import preset


@pytest.fixture(scope="module")
def model() -> EmbeddingModel:
    found = default_model()
    found.wait()
    return found


@pytest.fixture
def in_float32(model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch) -> EmbeddingModel:
    monkeypatch.setitem(model.__dict__, "_reader", model._transformer[0].auto_model)
    return model


def test_one_window_with_its_special_tokens_is_the_models_own_vector(
    in_float32: EmbeddingModel, handbook: Document
) -> None:
    text = handbook.text[3000:3900]
    tokens = in_float32.tokenize(text)
    assert len(tokens.ids) < in_float32.token_limit - in_float32.special_tokens
    mean = in_float32.encode_windows(tokens.ids[None, :])[0].mean(axis=0)
    own = in_float32.encode([text])[0]
    assert mean @ own / np.linalg.norm(mean) > 0.9999


def test_batches_make_no_difference(
    in_float32: EmbeddingModel, handbook: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = handbook.text[:6000]
    whole = token_pass(text, in_float32)
    monkeypatch.setattr(module, "_WINDOWS_A_BATCH", 1)
    single = token_pass(text, in_float32)
    np.testing.assert_allclose(whole.vectors, single.vectors, atol=2e-3)  # half precision, kept


def test_a_text_within_the_limit_is_one_window(in_float32: EmbeddingModel) -> None:
    text = "Otters hold hands while they sleep. " * 20
    tokens = token_pass(text, in_float32)
    pooled = tokens.pool([Span(0, len(text))])[0]
    assert pooled @ in_float32.encode([text])[0] > 0.99


@pytest.mark.parametrize("text", ["", " \n ", "x", "好的。", "🙂", "\x00"])
def test_short_texts(model: EmbeddingModel, text: str) -> None:
    tokens = token_pass(text, model)
    assert tokens.pool([Span(0, len(text))]).shape == (1, model.dimensions)


def test_lower_precision_keeps_the_ranking(
    model: EmbeddingModel, handbook: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the processor has bfloat16: of the five best of 100 chunks, at least four stay, over ten questions."""
    if model.reading_dtype == "float32":
        pytest.skip("this processor has no bfloat16 instructions, so documents are read in float32 anyway")
    text = handbook.text[:20_000]
    chunks = preset("baseline:chunker.chunk_tokens=128").chunker.chunk(handbook, Span(0, len(text)))
    low = token_pass(text, model).pool(chunks)
    monkeypatch.setitem(model.__dict__, "_reader", model._transformer[0].auto_model)
    full = token_pass(text, model).pool(chunks)
    assert (low * full).sum(axis=1).min() > 0.998
    questions = model.encode([handbook.text[i : i + 60] for i in range(500, 20_000, 2000)])
    kept = [len(set(np.argsort(-(low @ q))[:5]) & set(np.argsort(-(full @ q))[:5])) for q in questions]
    assert min(kept) >= 4
