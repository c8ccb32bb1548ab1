"""A server's limits are obeyed: fewer texts in a request, and of each text what it reads, which is counted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag_core import compare, preset
from rag_core.cache import ArrayCache
from rag_core.documents.document import Document
from rag_core.embeddings.base import cl100k_tokens
from rag_core.embeddings.openai_api import OpenAIModel
from rag_core.embeddings.vectors import Vectors
from rag_core.servers.limits import Limit, limit_in
from tests.embeddings.openai_api.failures import QUESTION, TEXT, refused
from tests.fakes.embedding_server import Answer, EmbeddingServer, answer_well, json_answer, vector_of

TEXTS = [f"Text number {i}." for i in range(50)]


def limited(most: int, message: str, status: int = 400) -> Callable[[list[str]], Answer]:
    def answer(texts: list[str]) -> Answer:
        if len(texts) <= most:
            return answer_well(texts)
        return json_answer({"error": {"message": message.format(texts=len(texts), most=most)}}, status)

    return answer


@pytest.mark.parametrize(
    ("most", "status", "message"),
    [
        (32, 422, "batch size {texts} > maximum allowed batch size {most}"),
        (16, 400, "'$.input' is invalid: input array must have at most {most} items."),
        (1, 400, "Too many inputs for model None. The max number of inputs is {most}. We hope to increase it soon."),
        (10, 400, "batch size is invalid, it should not be larger than {most}.: input.contents"),
        (7, 422, "List should have at most {most} items after validation, not {texts}"),
        (5, 413, "Payload Too Large"),
        (12, 400, "Batch too large"),
        (1, 400, "only one input at a time is supported"),
        (1, 422, "Batching is not supported by this model"),
    ],
)
def test_a_batch_limit_is_obeyed_and_remembered(most: int, status: int, message: str, server: EmbeddingServer) -> None:
    server.answer = limited(most, message, status)
    model = OpenAIModel("m", base_url=server.address)
    found = model.encode_passages(TEXTS)
    np.testing.assert_allclose(
        found[17], np.array(vector_of(TEXTS[17])) / np.linalg.norm(vector_of(TEXTS[17])), rtol=1e-5
    )
    for again in (model, OpenAIModel("m", base_url=server.address, key="another")):  # of the same model
        again.load_info()
        server.asked = []
        np.testing.assert_allclose(again.encode_passages(TEXTS), found, rtol=1e-6)
        assert max(map(len, server.asked)) <= most
        assert len(server.asked) <= -(-len(TEXTS) // most) * 2  # halves where the server names no number


def test_a_limit_of_tokens_per_request_makes_requests_smaller(server: EmbeddingServer) -> None:
    def answer(texts: list[str]) -> Answer:
        tokens = sum(len(cl100k_tokens(text).ids) for text in texts)
        if tokens <= 60:
            return answer_well(texts)
        return json_answer({"error": {"message": f"Requested {tokens} tokens, max 60 tokens per request"}}, 400)

    server.answer = answer
    model = OpenAIModel("m", base_url=server.address)
    found = model.encode_passages(TEXTS)
    assert found.shape == (50, 8)
    assert model.info.token_limit is None  # each text was read in full
    server.asked = []
    model.encode_passages(TEXTS)
    assert all(sum(len(cl100k_tokens(text).ids) for text in texts) <= 60 for texts in server.asked)


def reads(limit: int, refusal: Callable[[int], Any], density: float = 1.0, status: int = 400) -> Callable[..., Answer]:
    """A server that refuses texts of more tokens, as it counts: `density` for one of cl100k, and two more."""

    def answer(texts: list[str]) -> Answer:
        longest = max(round(density * len(cl100k_tokens(text).ids)) + 2 for text in texts)
        return answer_well(texts) if longest <= limit else json_answer(refusal(longest), status)

    return answer


REFUSALS: dict[str, tuple[Callable[[int], Any], int]] = {
    "OpenAI": (
        lambda n: {
            "error": {
                "message": f"This model's maximum context length is 40 tokens, however you requested {n} tokens "
                f"({n} in your prompt; 0 for the completion). Please reduce your prompt; or completion length."
            }
        },
        400,
    ),
    "TEI": (lambda n: {"error": f"Input validation error: `inputs` must have less than 40 tokens. Given: {n}"}, 413),
    "Ollama": (lambda _: {"error": {"message": "the input length exceeds the context length"}}, 500),
    "llama.cpp": (
        lambda n: {"error": {"code": 500, "message": f"input ({n} tokens) is too large to process. increase the "
                             "physical batch size (current batch size: 40)"}},
        500,
    ),
    "wrong number": (lambda _: {"detail": [{"loc": ["body", "input"], "msg": "Too many tokens, see issue 9999"}]}, 422),
}  # fmt: skip


@pytest.mark.parametrize("density", [1.0, 1.4])
@pytest.mark.parametrize("kind", REFUSALS)
def test_a_text_above_the_token_limit_is_truncated(kind: str, density: float, server: EmbeddingServer) -> None:
    refusal, status = REFUSALS[kind]
    server.answer = reads(40, refusal, density, status)
    model = OpenAIModel("m", base_url=server.address)
    long = " ".join(f"{i} otters eat" for i in range(60))
    found = model.encode_passages(["Bees dance.", long, "Short."])
    limit = model.text_tokens
    assert limit is not None
    assert 0.85 * 38 / density <= limit <= 38 / density + 1
    starts = cl100k_tokens(long).starts
    read = np.array(vector_of(long[: starts[limit]]))
    np.testing.assert_allclose(found[1], read / np.linalg.norm(read), rtol=1e-5)
    short = np.array(vector_of("Short."))
    np.testing.assert_allclose(found[2], short / np.linalg.norm(short), rtol=1e-5)


@pytest.mark.parametrize("kind", ["TEI", "Ollama"])
def test_what_the_server_does_not_read_is_counted(
    kind: str, server: EmbeddingServer, document: Document, tmp_path: Path
) -> None:
    refusal, status = REFUSALS[kind]
    server.answer = reads(40, refusal, status=status)
    whole = "baseline:chunker.chunk_tokens=80,chunker.overlap_tokens=0"
    small = "baseline:chunker.chunk_tokens=16,chunker.overlap_tokens=0"
    for _ in range(2):  # the second time with what the first one has cached, and another process's ignorance
        model = OpenAIModel("m", base_url=server.address)
        model._requests.limits.text_tokens = None
        vectors = Vectors(model, ArrayCache(tmp_path, 10**9))
        columns = compare([document], QUESTION, [preset(whole), preset(small)], vectors=vectors).columns
        beyond = columns[0].counts.tokens_beyond_limit
        limit = model.text_tokens
        assert limit is not None
        assert beyond == sum(max(tokens - limit, 0) for tokens in _tokens_of_chunks(document, whole, vectors))
        assert beyond > 0
        assert columns[1].counts.tokens_beyond_limit in (0, None)  # built first, when the limit was not known


def _tokens_of_chunks(document: Document, spec: str, vectors: Vectors) -> list[int]:
    from rag_core.pipeline.build import build, resources_for

    strategy = preset(spec).fitted(vectors.model)
    [chunks] = build(strategy, [document], resources_for(strategy, vectors)).chunks
    starts = vectors.model.token_starts(document.text)
    return [int(((starts >= chunk.start) & (starts < chunk.end)).sum()) for chunk in chunks]


def test_a_server_that_refuses_whatever_length_is_one_sentence_with_its_words(server: EmbeddingServer) -> None:
    model = OpenAIModel("m", base_url=server.address)
    model.load_info()
    server.answer = reads(0, lambda _: {"error": "`inputs` must have less than 9 tokens <s>"}, status=413)
    assert "`inputs` must have less than 9 tokens <s>" in refused(lambda: model.encode_passages([TEXT * 3]))
    assert len(server.asked) < 60


def test_an_option_that_a_server_rejects_is_left_out_from_then_on(server: EmbeddingServer) -> None:
    bodies: list[dict[str, Any]] = []
    server.seen = bodies.append

    def answer(texts: list[str]) -> Answer:
        if "encoding_format" in bodies[-1]:
            return json_answer({"detail": [{"loc": ["body", "encoding_format"], "msg": "Extra inputs"}]}, 422)
        return answer_well(texts)

    server.answer = answer
    model = OpenAIModel("m", base_url=server.address)
    model.load_info()
    model.encode_passages(TEXTS[:3])
    assert ["encoding_format" in body for body in bodies] == [True, False, False]


@pytest.mark.parametrize(
    ("message", "texts", "limit"),
    [
        ("The max allowed tokens per submitted batch is 120000. Your batch has 147341 tokens after truncation.", 99,
         Limit("request tokens", 120_000, 147_341)),
        ("Too many tokens in batch. Max is 16,384", 32, Limit("request tokens", 16_384)),
        ("total number of texts must be at most 96, got 128", 128, Limit("texts", 96, 128)),
        ("Range of input length should be [1, 2048]", 1, Limit("text tokens", 2048)),
        ("The model text-embedding-3-small does not exist", 9, None),
        ("Incorrect API key provided", 9, None),
        ("Invalid value for `input`: expected a string", 9, None),
    ],
)  # fmt: skip
def test_limits_in_messages(message: str, texts: int, limit: Limit | None) -> None:
    assert limit_in(message, texts) == limit
