"""Models that several files of these tests load: the built-in one, and altered copies of it."""

import shutil
from collections.abc import Callable

import pytest

from rag_core.documents.document import Document
from rag_core.embeddings.minilm import MiniLM, default_model
from rag_core.embeddings.sentence_transformer import SentenceTransformerModel
from rag_core.text.tokenizers.minilm import model_folder
from tests.embeddings.sentence_transformer.loading import PROMPTS, TEXT, in_float32, loaded
from tests.fakes.made_models import altered_minilm, pooling, tiny_roberta


@pytest.fixture
def document(text_document: Callable[..., Document]) -> Document:
    return text_document(TEXT)


@pytest.fixture(scope="module")
def built_in() -> MiniLM:
    model = default_model()
    model.wait()
    return model


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerModel:
    """The built-in model's files in a folder of another name."""
    folder = tmp_path_factory.mktemp("models") / "copied"
    shutil.copytree(model_folder(), folder)
    return loaded(folder)


@pytest.fixture(scope="module")
def cls(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerModel:
    folder = tmp_path_factory.mktemp("models") / "cls-model"
    return loaded(altered_minilm(folder, {"1_Pooling/config.json": pooling("cls_token")}))


@pytest.fixture(scope="module")
def prompted(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerModel:
    """With prompts of its own, and reading documents in float32."""
    folder = tmp_path_factory.mktemp("models") / "prompted"
    return in_float32(loaded(altered_minilm(folder, {"config_sentence_transformers.json": PROMPTS})))


@pytest.fixture(scope="module", params=["byte-level BPE", "SentencePiece"])
def roberta(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerModel:
    """Another kind of network, positions, special tokens and word pieces."""
    folder = tmp_path_factory.mktemp("models") / "tiny-roberta"
    text = TEXT + "Café 文 🦦"
    return in_float32(loaded(tiny_roberta(folder, text, unigram=request.param == "SentencePiece")))
