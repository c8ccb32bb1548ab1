"""A real model behind llama.cpp's server: streaming, several at once, and the server's own figures."""

import json
import time
import urllib.request
from typing import Any

import pytest

from rag_core.llms import connection
from rag_core.llms.base import Usage
from rag_core.servers import loop
from tests.fakes.chat_server import ChatServer, serving
from tests.llms.asking import KEY, answered, completed, model_at, one_sentence, streamed

QUESTION = "What do otters eat?"
TOKENS = 24


def raw(server: ChatServer, prompt: str) -> dict[str, Any]:
    """What the server says without any of our code."""
    body = {
        "model": server.model,
        "messages": [{"role": "user", "content": prompt}],
        "max_tokens": TOKENS,
        "temperature": 0,
    }
    request = urllib.request.Request(
        f"{server.base_url}/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def test_text_and_usage_are_the_servers_own(chat_server: ChatServer) -> None:
    said = raw(chat_server, QUESTION)
    usage = Usage(1, said["usage"]["prompt_tokens"], said["usage"]["completion_tokens"])
    llm = model_at(chat_server.base_url, chat_server.model, temperature=0, answer_tokens=TOKENS)
    answer = streamed(llm, QUESTION)
    assert (answer.text, answer.usage) == (said["choices"][0]["message"]["content"], usage)
    assert (answer.cut, usage.completion_tokens) == (True, TOKENS)
    assert answer.pieces > TOKENS / 2
    assert 0 < answer.first_s < answer.total_s
    assert completed(llm, QUESTION)[:2] == (answer.text, usage)
    assert abs(llm.count_tokens(answer.text) - TOKENS) < TOKENS / 2


def test_three_stream_at_once_and_their_sum_is_in_the_servers_metrics(chat_server: ChatServer) -> None:
    llm = model_at(chat_server.base_url, chat_server.model, answer_tokens=TOKENS)
    before = chat_server.counted()
    futures = [loop.submit(answered(llm, f"{animal} eat")) for animal in ("Otters", "Bees", "Crabs")]
    answers = [future.result(120) for future in futures]
    after = chat_server.counted()
    assert [answer.error for answer in answers] == [None] * 3
    total = sum((answer.usage for answer in answers), Usage())
    assert (total.calls, total.completion_tokens) == (3, after[1] - before[1])
    # What a slot still has of an earlier prompt is counted in usage, and not in the metrics.
    assert 0 < after[0] - before[0] <= total.prompt_tokens
    # Side by side: each began before any other had ended.
    assert max(answer.first_s for answer in answers) < min(answer.total_s for answer in answers)


def test_fewer_tokens_can_be_asked_for(chat_server: ChatServer) -> None:
    llm = model_at(chat_server.base_url, chat_server.model)
    answer = streamed(llm, QUESTION, max_tokens=3)
    assert (answer.usage.completion_tokens, answer.cut) == (3, True)


def test_a_cancelled_answer_leaves_the_server_at_once(chat_server: ChatServer) -> None:
    llm = model_at(chat_server.base_url, chat_server.model, answer_tokens=1500)
    future = loop.submit(answered(llm, "Tell a very long story of otters."))
    time.sleep(0.5)
    future.cancel()
    time.sleep(1.0)
    counted = chat_server.counted()[1]
    time.sleep(0.5)
    assert chat_server.counted()[1] == counted


def test_a_refusal_is_reported_in_the_servers_words(chat_server: ChatServer) -> None:
    llm = model_at(chat_server.base_url, chat_server.model)
    message = one_sentence(streamed(llm, "otters eat " * 2000).error)
    assert "error 400" in message
    assert "context size" in message
    message = one_sentence(streamed(model_at(f"{chat_server.base_url}/v1/v1", "m")).error)
    assert "usually ends in /v1" in message


def test_the_connection_is_tested(chat_server: ChatServer) -> None:
    llm = model_at(chat_server.base_url, chat_server.model)
    sentence = loop.run(connection.test_connection(llm))
    assert sentence.startswith(f"{llm.name} works: first word after ")
    assert "it streams and reports token counts." in sentence
    assert sentence.endswith("Its context window has 2,048 tokens.")
    stated = model_at(chat_server.base_url, chat_server.model, context_tokens=2048)
    assert "are assumed" not in loop.run(connection.test_connection(stated))


@pytest.mark.parametrize(("key", "sentence"), [(f"not-{KEY}", "rejected the API key"), ("", "requires an API key")])
def test_a_server_that_requires_a_key(key: str, sentence: str) -> None:
    with serving(columns=1, key=KEY) as server:
        assert sentence in one_sentence(streamed(model_at(server.base_url, server.model, key)).error)
        right = streamed(model_at(server.base_url, server.model), QUESTION, max_tokens=2)
        assert (right.error, right.usage.completion_tokens) == (None, 2)
