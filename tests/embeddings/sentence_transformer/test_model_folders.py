"""Folders that are no model, or a damaged one: each ends in one sentence, and a fixed folder is loaded again."""

import json
from pathlib import Path
from typing import Any

import pytest

from rag_core import UserError
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.choice import ModelChoice, vectors_of
from rag_core.embeddings.sentence_transformer import SentenceTransformerModel
from rag_core.text.tokenizers.minilm import model_folder
from tests.embeddings.sentence_transformer.loading import (
    loaded,
    refused,
)
from tests.fakes.made_models import WEIGHTS, altered_minilm


@pytest.mark.parametrize(
    ("files", "without", "sentence"),
    [
        ({}, ("config.json", "modules.json"), "neither modules.json nor config.json"),
        ({}, ("config.json",), "could not be loaded"),
        ({"config.json": []}, (), "could not be loaded"),
        ({"config.json": {"model_type": "otter"}}, (), "otter"),
        ({"modules.json": {"a": 1}}, (), "could not be loaded"),
        ({"modules.json": [{"idx": 0, "name": "0", "path": "", "type": "os.path"}]}, (), "running its own code"),
        ({}, ("1_Pooling",), "could not be loaded"),
        ({}, (WEIGHTS,), "no file named model.safetensors"),
        ({}, ("tokenizer.json", "vocab.txt"), "has no vocabulary"),
    ],
)
def test_a_folder_without_a_model_ends_in_one_sentence(
    files: dict[str, Any], without: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    message = refused(altered_minilm(tmp_path / "model", files, without=without))
    assert sentence in message
    assert str(tmp_path / "model") in message


@pytest.mark.parametrize("kind", ["garbage", "cut short", "empty"])
@pytest.mark.parametrize("name", [WEIGHTS, "pytorch_model.bin"])
def test_damaged_weights_end_in_one_sentence(kind: str, name: str, tmp_path: Path) -> None:
    folder = altered_minilm(tmp_path / "model", without=(WEIGHTS,))
    whole = (model_folder() / WEIGHTS).open("rb").read(2_000_000)
    (folder / name).write_bytes({"garbage": b"otter" * 9000, "cut short": whole, "empty": b""}[kind])
    message = refused(folder)
    assert "could not be loaded" in message
    assert "download this one again" in message


def test_weights_that_do_not_fit_the_description_end_in_one_sentence(tmp_path: Path) -> None:
    config = json.loads((model_folder() / "config.json").read_text(encoding="utf-8"))
    deeper = altered_minilm(tmp_path / "deeper", {"config.json": config | {"num_hidden_layers": 8}})
    assert "32 of its weights are missing" in refused(deeper)
    narrower = altered_minilm(tmp_path / "narrower", {"config.json": config | {"hidden_size": 192}})
    assert "the shapes of its weights differ from its config.json" in refused(narrower)


@pytest.mark.parametrize("source", ["/no/such/folder", "./nowhere", "~nobody-here/model", "a/b/c", "no\\where"])
def test_a_missing_folder_ends_in_one_sentence(source: str) -> None:
    with pytest.raises(UserError, match="There is no folder"):
        SentenceTransformerModel(source).wait()


@pytest.mark.parametrize("source", ["", "  ", "openai:", "openai: "])
def test_an_empty_name_ends_in_one_sentence(source: str) -> None:
    with pytest.raises(UserError, match="No embedding model is named"):
        vectors_of(ModelChoice(source))


@pytest.mark.parametrize("source", ["what a name!", "x/..", "a--b/c", "otter\0", "o" * 5000])
def test_an_invalid_name_ends_in_one_sentence(source: str) -> None:
    with pytest.raises(UserError, match="is not the name of a model"):
        SentenceTransformerModel(source).wait()


def test_a_fixed_folder_is_loaded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EmbeddingModel, "retry_load_after_s", 0.0)
    folder = altered_minilm(tmp_path / "model", without=(WEIGHTS,))
    choice = ModelChoice(str(folder))
    for _ in range(2):
        with pytest.raises(UserError, match="could not be loaded"):
            vectors_of(choice).model.load_info()
    (folder / WEIGHTS).symlink_to(model_folder() / WEIGHTS)
    vectors = vectors_of(choice)
    vectors.model.load_info()
    assert vectors.model.ready
    assert vectors_of(choice) is vectors


def test_a_recent_failure_is_not_retried_at_every_click(tmp_path: Path) -> None:
    choice = ModelChoice(str(altered_minilm(tmp_path / "model", without=(WEIGHTS,))))
    first = vectors_of(choice)
    with pytest.raises(UserError, match="could not be loaded"):
        first.model.load_info()
    assert vectors_of(choice) is first


def test_fingerprints_tell_models_apart_by_what_makes_their_vectors(
    copied: SentenceTransformerModel, cls: SentenceTransformerModel, prompted: SentenceTransformerModel, tmp_path: Path
) -> None:
    again = loaded(altered_minilm(tmp_path / "again"))
    assert again.info.fingerprint == copied.info.fingerprint
    weights = bytearray((model_folder() / WEIGHTS).read_bytes())
    weights[-1] ^= 1
    other = altered_minilm(tmp_path / "other", without=(WEIGHTS,))
    (other / WEIGHTS).write_bytes(weights)
    length = altered_minilm(tmp_path / "length", {"sentence_bert_config.json": {"max_seq_length": 128}})
    models: list[EmbeddingModel] = [copied, cls, prompted, loaded(other), loaded(length)]
    models += [loaded(tmp_path / "again", **{f"{role}_prefix": "x: "}) for role in ("query", "passage")]
    assert len({model.info.fingerprint for model in models}) == len(models)
