"""Windows, token limits and exported code of models of every kind that behaves in its own way."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.choice import ModelChoice, vectors_of
from rag_core.embeddings.late.token_pass import token_pass
from rag_core.embeddings.sentence_transformer import SentenceTransformerModel
from rag_core.exports.llama_index.models import model_code
from rag_core.geometry import Span
from rag_core.text.tokenizers.minilm import model_folder
from tests.embeddings.sentence_transformer.loading import (
    QUESTION,
    SENTENCES,
    TEXT,
    cosine,
    hidden,
    in_float32,
    loaded,
)
from tests.fakes.made_models import altered_minilm


def assert_window_is_whole(model: SentenceTransformerModel, text: str) -> None:
    """One window, all that stands around it included, pools to the model's own vector."""
    tokens = model.tokenize(text)
    read = model.encode_windows(tokens.ids[None, :])[0]
    assert len(read) == model.tokens_before + len(tokens.ids) + 1 <= model.info.token_limit
    assert cosine(read.mean(axis=0), model.encode_passages([text])[0]) > 0.9999
    assert cosine(read.mean(axis=0), model.encode_passages([TEXT[100:140]])[0]) < 0.99


def test_one_whole_window_with_prefix_and_special_tokens_is_the_models_own_vector(
    prompted: SentenceTransformerModel,
) -> None:
    assert_window_is_whole(prompted, TEXT[:700])


def test_one_whole_window_of_a_roberta_is_its_own_vector(roberta: SentenceTransformerModel) -> None:
    assert_window_is_whole(roberta, TEXT[:40])


def test_a_text_in_one_window_is_pooled_from_its_own_tokens_alone(prompted: SentenceTransformerModel) -> None:
    text = TEXT[:700]
    own = prompted.encode_windows(prompted.tokenize(text).ids[None, :])[0][prompted.tokens_before : -1].mean(axis=0)
    assert cosine(token_pass(text, prompted).pool([Span(0, len(text))])[0], own) > 0.9999


def assert_exported(model: EmbeddingModel) -> None:
    """The line for LlamaIndex makes a model of the same vectors."""
    code = model_code(model)
    names: dict[str, Any] = {}
    exec("\n".join([*code.imports, code.lines]), names)
    texts = [TEXT, *SENTENCES]  # the first is longer than any limit
    own = np.array(names["embed_model"].get_text_embedding_batch(texts))
    np.testing.assert_allclose(own, model.encode_passages(texts), atol=1e-5)
    own = np.array(names["embed_model"].get_query_embedding(QUESTION))
    np.testing.assert_allclose(own, model.encode_queries([QUESTION])[0], atol=1e-5)


def test_the_exported_line_gives_the_same_vectors(
    copied: SentenceTransformerModel, prompted: SentenceTransformerModel
) -> None:
    with_prefixes = vectors_of(ModelChoice(query_prefix="q: ", passage_prefix="p: ")).model
    with_prefixes.load_info()
    for model in (copied, prompted, with_prefixes):
        assert_exported(model)
        assert "max_length" not in model_code(model).lines


def test_the_exported_line_has_a_limit_that_the_files_do_not_name(roberta: SentenceTransformerModel) -> None:
    assert_exported(roberta)
    assert "max_length=64" in model_code(roberta).lines


@pytest.mark.parametrize(("asked", "limit"), [(128, 128), (512, 512), (2048, 512)])
def test_the_token_limit_is_the_models_own_as_far_as_its_positions_go(asked: int, limit: int, tmp_path: Path) -> None:
    config = {"sentence_bert_config.json": {"max_seq_length": asked, "do_lower_case": False}}
    model = in_float32(loaded(altered_minilm(tmp_path / "model", config)))
    assert (model.info.token_limit, model.text_tokens) == (limit, limit - 2)
    ids = model.tokenize(TEXT).ids
    assert model.count_tokens([TEXT, "otter"]) == [limit, 3]
    whole, read = model.encode_passages([TEXT])[0], hidden(model_folder(), [101, *ids[: limit - 2].tolist(), 102])
    assert cosine(whole, read.mean(axis=0)) > 0.9999
    vectors = token_pass(TEXT, model).vectors
    np.testing.assert_allclose(vectors[:50], read[1:51], atol=2e-3)


def test_robertas_positions_and_special_tokens_are_its_own(roberta: SentenceTransformerModel) -> None:
    assert (roberta.info.token_limit, roberta.text_tokens, roberta.tokens_before) == (64, 62, 1)
    ids = roberta.tokenize(TEXT).ids.tolist()
    first = hidden(roberta._folder, [0, *ids[:62], 2])
    assert cosine(roberta.encode_passages([TEXT])[0], first.mean(axis=0)) > 0.9999
    np.testing.assert_allclose(token_pass(TEXT, roberta).vectors[:30], first[1:31], atol=5e-3)
    last = hidden(roberta._folder, [0, *ids[-62:], 2])
    np.testing.assert_allclose(token_pass(TEXT, roberta).vectors[-30:], last[-31:-1], atol=5e-3)


def test_robertas_tokens_stand_where_the_text_says(roberta: SentenceTransformerModel) -> None:
    text = "Otters hold  hands.\n\nCafé 文 🦦 eat"
    tokens = roberta.tokenize(text)
    assert (np.diff(tokens.starts) >= 0).all()
    assert (np.diff(tokens.ends) >= 0).all()
    covered = np.zeros(len(text), bool)
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        assert 0 <= start <= end <= len(text)
        covered[start:end] = True
    assert all(covered[i] for i, char in enumerate(text) if not char.isspace())
    pooled = token_pass(text, roberta).pool([Span(0, 6), Span(22, len(text))])
    np.testing.assert_allclose(np.linalg.norm(pooled, axis=1), 1, atol=1e-5)


def test_lower_precision_for_documents_leaves_texts_in_float32(copied: SentenceTransformerModel) -> None:
    import torch

    before = copied.encode_passages(SENTENCES)
    token_pass(TEXT, copied)
    assert {parameter.dtype for parameter in copied._transformer.parameters()} == {torch.float32}
    np.testing.assert_array_equal(copied.encode_passages(SENTENCES), before)
