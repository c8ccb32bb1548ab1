"""Choosing the embedding model on the page: what it can do is shown, what it cannot is said, and keys stay hidden."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag_core.embeddings.choice import ModelChoice
from rag_core.text.tokenizers.minilm import model_folder
from tests.paths import ROOT

APP = str(ROOT / "app.py")
KEY = "sk-typed-by-hand-0123456789abcdef"
SERVER = "http://127.0.0.1:9/v1"  # nothing listens there


@pytest.fixture(scope="module")
def cls_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "first-token"
    shutil.copytree(model_folder(), folder)
    pooling = {"word_embedding_dimension": 384, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    return folder


def opened(**parameters: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=180)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def chosen(app: AppTest, choice: ModelChoice, key: str = "") -> AppTest:
    embedding = app.session_state["session"].embedding
    embedding.choice, embedding.key = choice, key
    app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    return json.dumps([repr(element) for element in app.main], default=str) + str(app.query_params)


def test_a_model_with_cls_pooling_says_why_it_is_per_chunk_only(cls_folder: Path) -> None:
    app = chosen(opened(q="What do bees make?", s="baseline"), ModelChoice(str(cls_folder)))
    assert not app.warning
    captions = " ".join(caption.value for caption in app.caption)
    assert "per chunk" in captions
    assert "CLS pooling" in captions
    assert app.query_params["s"] == "baseline:search.pooling=per_chunk"
    assert app.query_params["model"] == str(cls_folder)
    assert not [slider for slider in app.slider if "Window overlap" in slider.label]


def test_back_to_the_built_in_model(cls_folder: Path) -> None:
    app = chosen(opened(q="What do bees make?", s="baseline"), ModelChoice(str(cls_folder)))
    chosen(app, ModelChoice())
    assert "model" not in app.query_params
    assert [box for box in app.selectbox if box.label == "Pooling"]


def test_a_link_to_a_model_loads_it_only_when_its_reader_says_so(cls_folder: Path) -> None:
    app = opened(s="baseline", model=str(cls_folder))
    assert app.session_state["session"].embedding.choice == ModelChoice()
    [button] = [button for button in app.button if button.label == "Use that model"]
    button.click().run()
    assert app.session_state["session"].embedding.choice == ModelChoice(str(cls_folder))
    assert not [button for button in app.button if button.label == "Use that model"]


def test_a_folder_that_is_not_there_is_one_message() -> None:
    app = chosen(opened(q="What do bees make?", s="baseline"), ModelChoice("/no/such/folder"))
    [warning] = app.warning
    assert "There is no folder" in warning.value
    assert app.main


def test_a_typed_key_is_in_no_link_page_or_message() -> None:
    app = chosen(opened(q="What do bees make?", s="baseline"), ModelChoice("openai:some-model", base_url=SERVER), KEY)
    [warning] = app.warning
    assert "Connecting to" in warning.value
    assert KEY not in shown(app)
    assert app.query_params["model_url"] == SERVER


def test_the_environments_key_goes_to_no_address_that_a_visitor_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    from rag_core.embeddings import openai_api

    given: list[str] = []
    real = openai_api.OpenAIModel.__init__

    def noting(self: openai_api.OpenAIModel, model: str, *, key: str = "", **options: str) -> None:
        given.append(key)
        real(self, model, key=key, **options)

    monkeypatch.setattr(openai_api.OpenAIModel, "__init__", noting)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    chosen(opened(s="baseline"), ModelChoice("openai:another", base_url=SERVER))
    assert given
    assert set(given) == {""}
