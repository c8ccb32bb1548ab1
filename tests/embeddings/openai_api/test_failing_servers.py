"""Servers that fail, hang, or change: each ends in one sentence, which never repeats the key."""

import re
import socket
from pathlib import Path

import numpy as np
import pytest

from rag_core import compare, preset
from rag_core.cache import ArrayCache
from rag_core.documents.document import Document
from rag_core.embeddings.choice import ModelChoice, vectors_of
from rag_core.embeddings.openai_api import OpenAIModel
from rag_core.embeddings.vectors import Vectors
from tests.embeddings.openai_api.failures import FAILURES, KEY, QUESTION, refused
from tests.fakes.embedding_server import EmbeddingServer, answer_well, error_answer, vector_of, vectors_answer
from tests.presets import WITHOUT_LLM

pytestmark = pytest.mark.timeout(120)  # what hangs would take longer


@pytest.mark.filterwarnings("ignore:overflow encountered in cast:RuntimeWarning")
@pytest.mark.parametrize("kind", FAILURES)
def test_a_server_that_fails_ends_in_one_sentence(
    kind: str, server: EmbeddingServer, document: Document, nothing_written: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer, sentence = FAILURES[kind]
    choice = ModelChoice("openai:m", server.address)
    vectors = vectors_of(choice, KEY)
    message = refused(vectors.model.load_info)
    assert re.search(sentence, message)
    assert server.address in message
    # The server had the key, and could have put it into what the libraries would tell the log of its answer.
    assert set(server.keys) == {KEY}
    assert not {"openai", "httpcore", "httpx"} & {record.name.split(".")[0] for record in caplog.records}
    assert not vectors.model.ready
    # After loading it is the same; and a model that failed to load is loaded again.
    server.answer, again = answer_well, OpenAIModel("m", base_url=server.address, key=KEY)
    again.max_tries = 1
    again.load_info()
    server.answer = FAILURES[kind][0]
    vectors = Vectors(again, ArrayCache(nothing_written, 10**9))
    message = refused(lambda: compare([document], QUESTION, [preset("baseline")], vectors=vectors))
    assert re.search(sentence, message)
    server.answer = answer_well
    assert vectors_of(choice, KEY) is not vectors
    vectors_of(choice, KEY).model.load_info()
    assert compare([document], QUESTION, [preset("baseline")], vectors=vectors).columns[0].hits


def test_a_server_that_hangs_times_out(server: EmbeddingServer, document: Document, nothing_written: Path) -> None:
    def hasty() -> OpenAIModel:
        model = OpenAIModel("m", base_url=server.address, key=KEY)
        model.probe_timeout_s = model.timeout_s = 0.5
        model.max_tries = 1
        return model

    server.answer = server.hang  # for two minutes
    assert "timed out" in refused(hasty().load_info)
    server.coming = [answer_well]
    model = hasty()
    vectors = Vectors(model, ArrayCache(nothing_written, 10**9))
    message = refused(lambda: compare([document], QUESTION, [preset("baseline")], vectors=vectors))
    assert "timed out" in message


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_unreachable_server_ends_in_one_sentence(scheme: str, nothing_written: Path) -> None:
    with socket.socket() as taken:  # by nobody who listens
        taken.bind(("127.0.0.1", 0))
        address = f"{scheme}://127.0.0.1:{taken.getsockname()[1]}/v1"
        assert f"Connecting to {address} failed" in refused(OpenAIModel("m", base_url=address, key=KEY).load_info)


def test_https_to_a_server_without_it_ends_in_one_sentence(server: EmbeddingServer, nothing_written: Path) -> None:
    address = server.address.replace("http:", "https:")
    assert "Connecting to" in refused(OpenAIModel("m", base_url=address, key=KEY).load_info)


def test_temporary_failures_are_tried_again_up_to_the_limit(server: EmbeddingServer, nothing_written: Path) -> None:
    model = OpenAIModel("m", base_url=server.address, key=KEY)
    model.load_info()
    busy = error_answer(429, f"Slow down, {KEY}", Retry_After="0")
    server.coming, server.asked = [busy, busy], []
    np.testing.assert_allclose(
        model.encode_passages(["otters"])[0], vector_of("otters") / np.linalg.norm(vector_of("otters"))
    )
    assert len(server.asked) == 3
    server.answer, server.asked = busy, []
    assert "rate limit or quota reached" in refused(lambda: model.encode_passages(["otters"]))
    assert len(server.asked) == 3
    server.answer, server.asked = FAILURES["401"][0], []
    assert "rejected the API key" in refused(lambda: model.encode_passages(["otters"]))
    assert len(server.asked) == 1


def test_another_number_of_dimensions_while_running_names_both(
    server: EmbeddingServer, document: Document, nothing_written: Path
) -> None:
    choice = ModelChoice("openai:m", server.address)
    model = vectors_of(choice, KEY).model
    model.load_info()
    server.answer = lambda texts: vectors_answer([vector_of(text, 1536) for text in texts])
    vectors = Vectors(model, ArrayCache(nothing_written, 10**9))
    message = refused(lambda: compare([document], QUESTION, [preset("baseline")], vectors=vectors))
    assert "now returns vectors of 1,536 dimensions instead of 8" in message
    # The remedy: asking again starts with the new model.
    anew = vectors_of(choice, KEY)
    assert anew.model is not model
    assert compare([document], QUESTION, [preset("baseline")], vectors=anew).columns[0].hits
    assert anew.model.info.dimensions == 1536


def test_another_number_of_dimensions_at_the_next_start_is_another_model(
    server: EmbeddingServer, document: Document, nothing_written: Path
) -> None:
    strategies = list(map(preset, WITHOUT_LLM))
    for dimensions in (8, 12, 8):
        server.answer = lambda texts, dimensions=dimensions: vectors_answer(
            [vector_of(text, dimensions) for text in texts]
        )
        model = OpenAIModel("m", base_url=server.address, key=KEY)
        vectors = Vectors(model, ArrayCache(nothing_written, 10**9))
        for column in compare([document], QUESTION, strategies, answers=True, vectors=vectors).columns:
            assert column.hits
    assert list(nothing_written.rglob("*"))


def test_a_restart_asks_the_server_for_the_first_vector_only(
    server: EmbeddingServer, document: Document, nothing_written: Path
) -> None:
    results = []
    for _ in range(2):
        server.asked = []
        model = OpenAIModel("m", base_url=server.address, key=KEY)
        vectors = Vectors(model, ArrayCache(nothing_written, 10**9))
        results.append(compare([document], QUESTION, [preset("baseline")], vectors=vectors).columns[0].hits)
    assert server.asked == [["dimensions"]]
    assert results[0] == results[1]


@pytest.mark.parametrize("address", ["http://exa_mple..org/v1", "http://-/v1", "http://🦦.invalid/v1", "http://*/v1"])
def test_strange_hosts_end_in_one_sentence(address: str) -> None:
    refused(lambda: vectors_of(ModelChoice("openai:m", address), KEY).model.load_info())
