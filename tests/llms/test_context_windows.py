"""A context window is learned from refusals and from what servers tell of models; a prompt that was cut is noticed."""

from types import SimpleNamespace

import pytest

from rag_core.llms.base import ContextWindowError
from rag_core.llms.sent_prompts import SentPrompts
from rag_core.llms.window_refusal import refusal_of
from rag_core.servers import loop
from rag_core.text.tokenizers import get_tokenizer
from tests.fakes.openai_server import OpenAIServer
from tests.llms.asking import KEY, model_at, streamed

LONG = "Otters eat sea urchins and crabs, and they hold hands while they sleep. " * 150  # about 2,400 tokens
MAXIMUM = "This model's maximum context length is"


def error(message: str, **body: object) -> SimpleNamespace:
    return SimpleNamespace(code=None, type=None, message=message, body={"message": message, **body})


@pytest.mark.parametrize(
    ("message", "window", "prompt"),
    [
        ("the request exceeds the available context size (2048 tokens), try increasing it", 2048, None),
        ("request (3029 tokens) exceeds the available context size (2048 tokens), try increasing it", 2048, 3029),
        ("Prompt is 3029 tokens but the model window is 2048", 2048, None),
        ("Context length exceeded: 3029 tokens, limit 2048", 2048, None),
        ("n_ctx 2048 exceeded by a prompt of 3029 tokens", 2048, None),
        ("input is longer than the context: 3029 > 2048", 2048, None),
        ("Range of input length should be [1, 30720]", 30720, None),
        ("sequence of 3029 tokens does not fit into 2048", 2048, None),
        ("maximum context length is 8k tokens, the prompt has 12,345", 8000, None),
        ("input length and `max_tokens` exceed context limit: 199999 + 512 > 200000", 200000, None),
        (f"{MAXIMUM} 4097 tokens. However, your messages resulted in 5,012 tokens.", 4097, 5012),
        (f"{MAXIMUM} 2048 tokens. However, you requested 3541 tokens (3029 in the messages, 512 more).", 2048, 3029),
        (f"'max_tokens' is too large: 512. {MAXIMUM} 2048 tokens and your request has 1900 input tokens", 2048, 1900),
        (
            "The decoder prompt (length 3029) is longer than the maximum model length of 2048. Make sure that "
            "`max_model_len` is no smaller than the number of text tokens plus multimodal tokens.",
            2048,
            3029,
        ),
        ("prompt is too long: 3029 tokens > 2048 maximum", 2048, 3029),
        ("input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease it", 200000, None),
        ("Prompt contains 40000 tokens, too large for model with 32768 maximum context length", 32768, 40000),
        ("Trying to keep the first 3029 tokens. The model has a context length of only 2048 tokens", 2048, 3029),
        ("`inputs` tokens + `max_new_tokens` must be <= 2048. Given: 3029 `inputs` tokens and 512 more", 2048, 3029),
        ("The input token count (3029) exceeds the maximum number of tokens allowed (2048).", 2048, 3029),
        ("The input (3029 tokens) is longer than the model's context length (2048 tokens).", 2048, 3029),
        ("The prompt is too long: 3,029, model maximum context length: 2,048", 2048, 3029),
    ],
)
def test_the_window_is_read_from_the_refusal(message: str, window: int, prompt: int | None) -> None:
    found = refusal_of(error(message))
    assert found is not None
    assert found.window_tokens == window
    assert found.prompt_tokens == prompt


def test_fields_and_excess_are_read_too() -> None:
    found = refusal_of(error("the request exceeds the available context size", n_ctx=2048, n_prompt_tokens=3029))
    assert (found.window_tokens, found.prompt_tokens) == (2048, 3029)
    found = refusal_of(error("prompt too long; exceeded max context length by 981 tokens"))
    assert (found.window_tokens, found.excess_tokens) == (None, 981)


@pytest.mark.parametrize(
    "message",
    [
        "Request too large on tokens per minute (TPM): Limit 6000, Requested 9000. The context length is 8192.",
        "Unsupported value: 'temperature' does not support 0.1 here.",
        "The prompt is too long",
        "max_tokens must be at least 16",
        "max_tokens is too large: 5120. This model supports at most 4096 completion tokens.",
        "The prompt is too long: 9,000 tokens (error 413)",
    ],
)
def test_other_refusals_tell_no_window(message: str) -> None:
    assert refusal_of(error(message)) is None


WINDOWS = [f"window-{name}" for name in ("llama-cpp", "openai", "vllm", "anthropic", "mistral", "lm-studio")]


@pytest.mark.parametrize("name", WINDOWS)
def test_a_refusal_teaches_the_window(name: str, hostile: OpenAIServer) -> None:
    llm = model_at(hostile.base_url, name, answer_tokens=100)
    assert llm.context_tokens == 4096
    problem = streamed(llm, LONG).error
    assert isinstance(problem, ContextWindowError)
    assert llm.context_tokens == 1024
    assert "its context window has 1,024 tokens" in problem.note
    assert model_at(hostile.base_url, name, temperature=0.7).context_tokens == 1024  # the same model
    assert (
        model_at(hostile.base_url, name, context_tokens=8192).context_tokens == 8192
    )  # the user's word, until refused
    assert len(hostile.requests) == 1


@pytest.mark.parametrize(
    ("name", "window"),
    [("tells-props", 1024), ("tells-max-model-len", 1024), ("tells-num-ctx", 1024), ("tells-trained", 4096)],
)
def test_servers_are_asked_for_the_window_once(name: str, window: int, hostile: OpenAIServer) -> None:
    other = OpenAIServer()
    llm = model_at(hostile.url_of(name), "m")
    for _ in range(2):
        loop.run(llm.learn_window())
    assert llm.context_tokens == window
    assert llm.context_is_known
    paths = [noted.path for noted in hostile.record.lookups]
    assert len(paths) == len(set(paths)) <= 3
    assert {noted.key for noted in hostile.record.lookups} == {KEY}
    assert other.record.lookups == []
    other.end()


def test_nobody_is_asked_where_the_user_has_chosen(hostile: OpenAIServer) -> None:
    llm = model_at(hostile.url_of("tells-props"), "m", context_tokens=3000)
    loop.run(llm.learn_window())
    assert (llm.context_tokens, hostile.record.lookups) == (3000, [])


def test_a_server_that_does_not_answer_is_not_waited_for(hostile: OpenAIServer, monkeypatch) -> None:
    llm = model_at("http://127.0.0.1:9/v1", "m")
    llm.lookup_timeout_s = 0.2
    loop.run(llm.learn_window())
    assert llm.context_tokens == 4096


def notes_of(llm, prompt: str) -> str:
    async def collect() -> str:
        return " ".join([note async for delta in llm.stream(prompt) for note in delta.notes])

    return loop.run(collect())


def test_a_cut_prompt_is_said_with_both_numbers(hostile: OpenAIServer) -> None:
    prompt = LONG + LONG
    sent = get_tokenizer("cl100k").count(prompt)
    note = notes_of(model_at(hostile.base_url, "cuts-prompt"), prompt)
    assert f"counts 2,048 tokens in the prompt, and about {sent:,} were sent" in note
    assert "num_ctx" in note
    assert "OLLAMA_CONTEXT_LENGTH" in note
    assert "-c)" in note
    assert notes_of(model_at(hostile.base_url, "cuts-prompt"), "What do otters eat?") == ""


def test_a_prompt_from_the_cache_is_not_cut(hostile: OpenAIServer) -> None:
    assert notes_of(model_at(hostile.base_url, "cached-prefix"), LONG) == ""
    assert notes_of(model_at(hostile.base_url, "well"), LONG) == ""


COUNT = get_tokenizer("cl100k").count


@pytest.mark.parametrize(
    ("counted", "cached", "is_cut"),
    [
        (1.0, 0, False),
        (1.5, 0, False),  # a tokenizer with a smaller vocabulary
        (0.87, 0, False),  # one with a larger vocabulary
        (0.68, 0, True),
        (0.3, 0, True),
        (0.3, 0.7, False),
        (0.68, 0.67, True),  # the same prompt, cut again, and found in the cache
    ],
)
def test_the_rule_allows_for_tokenizers_and_caches(counted: float, cached: float, is_cut: bool) -> None:
    sent = COUNT(LONG)
    found = SentPrompts().sent_if_cut(LONG, int(sent * counted), int(sent * cached), 0, COUNT)
    assert found == (sent if is_cut else None)


def test_the_common_beginning_may_be_in_a_cache_that_is_not_told() -> None:
    prompts, other = SentPrompts(), LONG + "What do bees eat? " * 30
    prompts.add(LONG)
    common = prompts.add(other)
    assert common >= len(LONG)
    rest = COUNT(other) - COUNT(LONG)
    assert prompts.sent_if_cut(other, rest, 0, common, COUNT) is None
    assert prompts.sent_if_cut(other, 2048, 0, common, COUNT) == COUNT(other)  # exactly a full window


def test_other_scripts_take_fewer_tokens_elsewhere() -> None:
    hindi = "समुद्री ऊदबिलाव समुद्री अर्चिन और केकड़े खाते हैं। " * 40
    assert SentPrompts().sent_if_cut(hindi, COUNT(hindi) // 3, 0, 0, COUNT) is None
    assert SentPrompts().sent_if_cut(hindi, 100, 0, 0, COUNT) == COUNT(hindi)
