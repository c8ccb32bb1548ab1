"""What each failure of a server comes to: one sentence, what had come before it, and no key anywhere."""

import logging
import re
import socket
from collections.abc import Callable, Iterator

import pytest

from rag_core.llms.base import ChatModel, Usage
from rag_core.servers import loop
from tests.fakes.openai_server import ANSWER, ANSWER_TOKENS, MARKUP, PROMPT_TOKENS, OpenAIServer
from tests.llms.asking import KEY, QUESTION, Answer, answered, completed, model_at, one_sentence, streamed
from tests.waiting import PATIENCE_S, wait_until

pytestmark = pytest.mark.timeout(120)  # the servers hang for minutes
ASKED_BOTH_WAYS = pytest.mark.parametrize("ask", [streamed, completed])
COUNTED, NOT_COUNTED = Usage(1, PROMPT_TOKENS, ANSWER_TOKENS), Usage(1, None, None)
BROKEN = "did not answer by OpenAI's protocol"
EMPTY = r"returned an empty answer\. Try again"
THOUGHTS = r"spent all 512 tokens on reasoning.* Raise the maximum of answer tokens"
# model: the sentence, the answer until then, and what the error says of itself (status, may pass, fatal)
FAILURES: dict[str, tuple[str, str, tuple[int | None, bool, bool]]] = {
    "401": ("rejected the API key", "", (401, False, True)),
    "403": ("refused the request", "", (403, False, True)),
    "nobody-knows": ("has no language model 'nobody-knows'", "", (404, False, True)),
    "400": (
        r"error 400. Its message: The prompt is too long: 9,000 tokens. Enter the model's context window .*$",
        "",
        (400, False, False),
    ),
    "429": (
        r"rate limit or quota reached.* Its message: Slow down. It asks for a wait of 1 s\.$",
        "",
        (429, True, False),
    ),
    "429-always": (r"rate limit or quota reached.* Its message: Slow down$", "", (429, True, False)),
    "no-credit": ("rate limit or quota reached", "", (429, False, True)),
    "500-twice": ("error 500. Its message: otters slept", "", (500, True, False)),
    "500": ("error 500. Its message: otters slept", "", (500, True, False)),
    "503-html": ("error 503. Its message: Welcome to my router", "", (503, True, False)),
    "hang": ("timed out after 0.4 s.*raise the timeout", "", (None, True, False)),
    "hang-amid": ("timed out after 0.4 s.*raise the timeout", "Otters eat", (None, True, False)),
    "dribble": ("timed out after 0.4 s.*raise the timeout", "", (None, True, False)),
    "cut": ("was lost during its answer", "Otters eat sea", (None, True, False)),
    "unfinished": ("was lost during its answer", "Otters eat sea", (None, True, False)),
    "broken-json": ("stopped with something that is not an answer. Try again", "Otters eat", (None, True, False)),
    "other-json": (BROKEN, "", (None, False, False)),
    "half-json": (BROKEN, "", (None, False, False)),
    "no-gzip": (BROKEN, "", (None, False, False)),
    "deep-json": (BROKEN, "", (None, False, False)),
    "html": (BROKEN, "", (None, False, False)),
    "empty": (BROKEN, "", (None, False, False)),
    "no-pieces": (EMPTY, "", (None, False, False)),
    "only-done": (EMPTY, "", (None, False, False)),
    "blank": (EMPTY, " \n\n ", (None, False, False)),
    "error-amid": ("stopped with an error. Its message: the GPU is on fire", "Otters eat", (None, True, False)),
    "error-in-choice": ("stopped with an error. Its message: the otter <is> asleep", "", (None, True, False)),
    "ends-with-error": ("stopped the answer because of an error", "Otters", (None, True, False)),
    "empty-cut-off": ("returned an empty answer: its maximum of 512 tokens was reached", "", (None, False, False)),
    "thinks-endlessly": (THOUGHTS, "", (None, False, False)),
    "only-reasons": (THOUGHTS, "", (None, False, False)),
    "filtered": ("by its content filter", "Otters", (None, False, False)),
    "echo-key": (r"error 400. Its message: What is Bearer …\? And …!", "", (400, False, False)),
    "redirect": ("redirects to http://127.0.0.1:9/elsewhere/chat/completions", "", (307, False, True)),
}


@pytest.fixture
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Neither the key nor what was asked is in any log, whatever its level."""
    with caplog.at_level(logging.DEBUG):
        yield
    for record in caplog.get_records("call"):
        for text in (logging.Formatter().format(record), repr(vars(record))):
            assert KEY not in text
            assert "nobody's business" not in text


@pytest.mark.usefixtures("nothing_logged")
@ASKED_BOTH_WAYS
@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_one_sentence_and_keeps_the_partial_answer(
    name: str, ask: Callable[..., Answer], hostile: OpenAIServer
) -> None:
    sentence, before, (status, retryable, fatal) = FAILURES[name]
    hostile.redirect_to = "http://127.0.0.1:9/elsewhere"
    llm = model_at(hostile.base_url, name, timeout_s=0.4 if "timed out" in sentence else 60)
    answer = ask(llm)
    message = one_sentence(answer.error)
    assert re.search(sentence, message)
    assert hostile.base_url in message
    assert (answer.error.status, answer.error.retryable, answer.error.fatal) == (status, retryable, fatal)
    assert ask is completed or answer.text == before
    # The server had the key: there is something to find.
    assert {noted.key for noted in hostile.requests} == {KEY}
    assert KEY not in repr(vars(llm)) + repr(llm) + str(llm) + llm.identity + llm.name


@pytest.mark.usefixtures("nothing_logged")
@ASKED_BOTH_WAYS
@pytest.mark.parametrize(
    ("name", "text", "usage"),
    [
        ("well", ANSWER, COUNTED),
        ("slow:0.3", ANSWER, COUNTED),
        ("no-finish-reason", ANSWER, COUNTED),
        ("empty-finish-reason", f"{ANSWER} ", COUNTED),
        ("absent-finish-reason", f"{ANSWER} ", NOT_COUNTED),
        ("no-usage", ANSWER, NOT_COUNTED),
        ("cut-after", ANSWER, NOT_COUNTED),
        ("no-stream-options", ANSWER, NOT_COUNTED),
        ("no-temperature", ANSWER, COUNTED),
        ("no-max-tokens", ANSWER, COUNTED),
        ("cut-off", "Otters eat", COUNTED),
        ("markup", MARKUP, COUNTED),
        ("echo-key-amid", "Your key is …", COUNTED),
    ],
)
def test_working_servers(name: str, text: str, usage: Usage, ask: Callable[..., Answer], hostile: OpenAIServer) -> None:
    answer = ask(model_at(hostile.base_url, name))
    assert (answer.error, answer.text, answer.usage) == (None, text, usage)
    assert answer.cut == (name == "cut-off" and ask is streamed)


@ASKED_BOTH_WAYS
def test_an_endless_answer_is_truncated_and_the_connection_closed(
    ask: Callable[..., Answer], hostile: OpenAIServer
) -> None:
    answer = ask(model_at(hostile.base_url, "endless:100000", answer_tokens=200))
    assert answer.error is None
    assert 200 <= answer.text.count("otter") <= 202
    assert answer.usage == NOT_COUNTED
    assert answer.cut or ask is completed
    wait_until(lambda: hostile.record.aborted == 1)


def test_letters_one_by_one_are_no_tokens(hostile: OpenAIServer) -> None:
    """More pieces than the tokens that were asked for, but no more tokens."""
    answer = streamed(model_at(hostile.base_url, "letters"), max_tokens=20)
    assert (answer.text, answer.cut, answer.pieces > 50) == (ANSWER, False, True)


def test_an_answer_in_one_piece_is_truncated_too(hostile: OpenAIServer) -> None:
    answer = streamed(model_at(hostile.base_url, "at-once"), max_tokens=100)
    assert answer.cut
    assert 100 <= answer.text.count("otter") < 300


def test_a_long_answer_is_read_completely(hostile: OpenAIServer) -> None:
    answer = streamed(model_at(hostile.base_url, "endless:20000"), max_tokens=50_000)
    assert (answer.text.count("otter"), answer.cut, answer.usage) == (20_000, False, COUNTED)


@pytest.mark.parametrize("name", ["hang", "hang-amid", "dribble"])
def test_a_hanging_request_can_be_cancelled(name: str, hostile: OpenAIServer) -> None:
    llm = model_at(hostile.base_url, name)
    future = loop.submit(answered(llm))
    wait_until(lambda: hostile.record.at_once == 1)
    future.cancel()
    wait_until(lambda: hostile.record.at_once == 0)
    assert hostile.record.aborted == 1


def test_others_go_on_while_some_fail(hostile: OpenAIServer) -> None:
    names = ["slow:0.5", "hang", "cut", "html", "slow:0.5", "401"]
    futures = [loop.submit(answered(model_at(hostile.base_url, name, timeout_s=1.0))) for name in names]
    answers = [future.result(PATIENCE_S) for future in futures]
    assert [answer.error is None for answer in answers] == [True, False, False, False, True, False]
    assert {answer.text for answer in answers if answer.error is None} == {ANSWER}
    assert hostile.record.max_concurrent >= 3


def test_refused_options_are_tried_once_in_the_models_life(hostile: OpenAIServer) -> None:
    for name in ("no-stream-options", "no-temperature", "no-max-tokens"):
        hostile.requests.clear()
        llm = model_at(hostile.base_url, name)
        assert [streamed(llm).text for _ in range(2)] == [ANSWER] * 2
        bodies = [noted.body for noted in hostile.requests]
        refused = name.removeprefix("no-").replace("-", "_")
        assert [refused in body for body in bodies] == [True, False, False]
        assert all(body["max_completion_tokens"] == 512 for body in bodies[1:] if refused == "max_tokens")


def test_another_refusal_is_reported_at_once(hostile: OpenAIServer) -> None:
    assert "too long" in one_sentence(streamed(model_at(hostile.base_url, "400")).error)
    assert len(hostile.requests) == 1


def test_redirects_are_not_followed(hostile: OpenAIServer) -> None:
    other = OpenAIServer()
    hostile.redirect_to = other.base_url
    assert "redirects to" in one_sentence(streamed(model_at(hostile.base_url, "redirect")).error)
    assert other.requests == []
    other.end()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_unreachable_server_is_fatal_until_it_was_reached(scheme: str, hostile: OpenAIServer) -> None:
    with socket.socket() as taken:  # by nobody who listens
        taken.bind(("127.0.0.1", 0))
        address = f"{scheme}://127.0.0.1:{taken.getsockname()[1]}/v1"
        error = streamed(model_at(address, "m")).error
    assert f"Connecting to {address} failed" in one_sentence(error)
    assert (error.fatal, error.retryable) == (True, False)
    llm = model_at(hostile.base_url, "well")
    assert streamed(llm).text == ANSWER
    hostile.end()
    error = streamed(llm).error
    assert (error.fatal, error.retryable) == (False, True)


@pytest.mark.parametrize("key", ["hunter2", "eyJhbGciOi.eyJzdWIiOiIx.SflKxwRJSM", "a+b/c=d=="])
@pytest.mark.parametrize("name", ["echo-key", "401"])
def test_a_key_of_any_kind_is_not_repeated(key: str, name: str, hostile: OpenAIServer) -> None:
    llm = model_at(hostile.base_url, name, key)
    one_sentence(streamed(llm).error, key)
    assert hostile.requests[0].key == key
    assert key not in repr(vars(llm))


def test_without_a_key_none_is_sent(hostile: OpenAIServer) -> None:
    assert streamed(model_at(hostile.base_url, "well", "")).text == ANSWER
    assert "Authorization" not in hostile.requests[0].headers
    assert "requires an API key" in (message := one_sentence(streamed(model_at(hostile.base_url, "401", "")).error))
    assert "set CHUNKSCOPE_LLM_API_KEY, and CHUNKSCOPE_LLM_BASE_URL to it" in message


def test_this_machine_is_asked_past_any_proxy(hostile: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert streamed(model_at(hostile.base_url, "well", "a-key-of-its-own")).text == ANSWER


def test_openai_settings_of_the_environment_go_to_no_other_server(
    hostile: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", "an-organization")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"X-Gateway: {KEY}")
    assert streamed(model_at(hostile.base_url, "well", "")).text == ANSWER
    assert KEY not in str(hostile.requests)
    assert "an-organization" not in str(hostile.requests)


def test_prompts_are_sent_unchanged(hostile: OpenAIServer) -> None:
    prompt = f"{QUESTION}\n  {{context_str}} 🦦 \ud83e <|endoftext|>"
    assert streamed(model_at(hostile.base_url, "well"), prompt.replace("\ud83e", "")).text == ANSWER
    [message] = hostile.requests[0].body["messages"]
    assert message == {"role": "user", "content": prompt.replace("\ud83e", "")}
    assert hostile.requests[0].body["max_tokens"] == 512
    assert hostile.requests[0].body["temperature"] == 0.1


def test_names_and_identities(hostile: OpenAIServer) -> None:
    llm: ChatModel = model_at(hostile.base_url, "well", temperature=0.5)
    host = hostile.base_url.removeprefix("http://").removesuffix("/v1")
    assert (llm.name, llm.model, llm.base_url) == (f"well at {host}", "well", hostile.base_url)
    assert llm is model_at(f" {hostile.base_url}/", " well", f"{KEY}\n", temperature=0.5)
    others = [model_at(hostile.base_url, "well"), model_at(hostile.base_url, "slow", temperature=0.5)]
    assert len({llm.identity, *(other.identity for other in others)}) == 3
    assert llm.count_tokens("Otters eat sea urchins.") == 8
