"""What is sent to a server of OpenAI's protocol: prefixes, token limits, batches."""

from collections.abc import Callable

import pytest

from rag_core.documents.document import Document
from rag_core.embeddings import openai_api as module
from rag_core.embeddings.openai_api import OpenAIModel
from rag_core.embeddings.vectors import Vectors
from rag_core.exports.llama_index.models import model_code
from tests.embeddings.openai_api.failures import KEY
from tests.fakes.embedding_server import EmbeddingServer


def test_openais_models_have_its_limit_and_drop_what_lies_beyond(
    server: EmbeddingServer, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenAI refuses a longer text; the figures beside the hits say how much of it is not read."""
    monkeypatch.setattr(module, "OPENAI_URL", server.address)
    model = OpenAIModel("ada-002", key=KEY, passage_prefix="passage: ")
    model.load_info()
    assert (model.name, model.spec) == ("text-embedding-ada-002", "openai:text-embedding-ada-002")
    assert (model.info.token_limit, model.text_tokens) == (8191, 8191 - len(model.tokenize("passage: ").ids))
    for unit in ("otter ", "海獺\n", "🦦"):
        server.asked = []
        model.encode_passages([unit * 9000, "otter"])
        [[long, short]] = server.asked
        assert short == "passage: otter"
        whole = f"passage: {unit * 9000}".replace("\n", " ")
        assert whole.startswith(long)
        assert 8185 <= len(model.tokenize(long).ids) <= 8191 < len(model.tokenize(whole).ids)


def test_prefixes_are_prepended_to_questions_and_passages(server: EmbeddingServer) -> None:
    model = OpenAIModel("m", base_url=server.address, query_prefix="query: ", passage_prefix="passage: ")
    model.load_info()
    server.asked = []
    model.encode_passages(["otters"])
    model.encode_queries(["bees"])
    assert server.asked == [["passage: otters"], ["query: bees"]]
    assert (model.info.query_prefix, model.info.passage_prefix) == ("query: ", "passage: ")
    plain = OpenAIModel("m", base_url=server.address)
    plain.load_info()
    assert plain.info.fingerprint != model.info.fingerprint
    assert "no option for prefixes" in model_code(model).lines
    assert "prefixes" not in model_code(plain).lines


def test_requests_stay_below_what_a_server_takes(
    server: EmbeddingServer, text_document: Callable[..., Document]
) -> None:
    model = OpenAIModel("m", base_url=server.address)
    texts = ["海獺" * 500 + str(i) for i in range(60)] + [f"otter {i}" for i in range(200)]
    Vectors(model).prepare(texts)
    requests = server.asked[1:]
    assert sorted(text for request in requests for text in request) == sorted(texts)
    for request in requests:
        assert len(request) <= model.batch_texts
        assert sum(len(model.tokenize(text).ids) for text in request) < 3 * model.batch_tokens
