"""What the tests of sentence-transformers models share: texts, and models loaded from folders."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag_core import UserError
from rag_core.embeddings.cpu.window_readers import NetworkReader
from rag_core.embeddings.sentence_transformer import SentenceTransformerModel

TEXT = (
    "Otters hold hands while they sleep, so that they do not drift apart. They eat sea urchins, crabs and fish. "
    "A colony of bees has one queen. Scouts dance to tell the others where flowers are. Honey keeps for centuries.\n\n"
    "The bridge was finished in 1932. It carries eight lanes of traffic and two of trains. Painting it never ends.\n\n"
) * 8
SENTENCES = TEXT.replace("\n", "").split(". ")[:9]
QUESTION = "What do sea otters eat?"
PROMPTS = {"prompts": {"query": "query: ", "passage": "passage: "}}
Floats = NDArray[np.float32]


def loaded(folder: Path, **prefixes: str) -> SentenceTransformerModel:
    model = SentenceTransformerModel(str(folder), **prefixes)
    model.wait()
    return model


def refused(folder: Path, **prefixes: str) -> str:
    with pytest.raises(UserError) as error:
        loaded(folder, **prefixes)
    message = str(error.value)
    assert "\n" not in message
    assert len(message) < 700
    return message


def in_float32(model: SentenceTransformerModel) -> SentenceTransformerModel:
    """The model reading documents in full precision, whatever the processor is best at."""
    model.__dict__["_reader"] = NetworkReader(model._transformer[0].auto_model)
    return model


def hidden(folder: Path, ids: list[int]) -> Floats:
    """What transformers alone makes of the tokens: (tokens, dimensions)."""
    import torch
    from transformers import AutoModel

    network = AutoModel.from_pretrained(folder, dtype=torch.float32)
    with torch.inference_mode():
        return np.asarray(network(input_ids=torch.tensor([ids])).last_hidden_state[0].numpy())


def cosine(one: Floats, other: Floats) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))
