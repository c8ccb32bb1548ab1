"""The fake server's ways to embed, as one can try them by hand: what is wrong is made right, or said."""

import numpy as np
import pytest

from rag_core.embeddings.openai_api import OpenAIModel
from tests.embeddings.openai_api.failures import refused
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_server.embeddings import vector_of

TEXTS = [f"text {i}" for i in range(9)]


@pytest.mark.parametrize(
    "name", ["embeds", "shuffled", "shuffled-unmarked", "batch-limit", "batch-limit:1", "no-base64"]
)
def test_each_text_gets_its_own_vector(name: str, hostile: OpenAIServer) -> None:
    found = OpenAIModel(name, base_url=hostile.base_url).encode_passages(TEXTS)
    wanted = np.array([vector_of(text) for text in TEXTS])
    np.testing.assert_allclose(found, wanted / np.linalg.norm(wanted, axis=1, keepdims=True), rtol=1e-5)


@pytest.mark.parametrize("words", [30, 200])
def test_a_long_text_is_cut_to_the_servers_limit(words: int, hostile: OpenAIServer) -> None:
    model = OpenAIModel("token-limit:20", base_url=hostile.base_url)
    model.encode_passages(["otters " * words, "bees"])
    assert model.text_tokens is not None
    assert max(len(text.split()) for text in hostile.requests[-1].body["input"]) <= 20


def test_an_error_under_status_200_is_said_in_its_own_words(
    hostile: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OpenAIModel, "max_tries", 1)
    assert "The model <otter> is asleep" in refused(OpenAIModel("error-as-answer", base_url=hostile.base_url).load_info)


def test_a_doubled_index_is_an_error(hostile: OpenAIServer) -> None:
    model = OpenAIModel("doubled-index", base_url=hostile.base_url)
    assert "two vectors with the index 0, and none with 8" in refused(lambda: model.encode_passages(TEXTS))
