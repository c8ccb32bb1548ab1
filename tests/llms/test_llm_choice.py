"""Which model is meant, by whom, and which key goes to which server."""

import subprocess
import sys

import pytest

from rag_core.errors import UserError
from rag_core.llms import client
from rag_core.llms.choice import LlmChoice, llm_from_environment
from rag_core.llms.factory import has_environment_key, llm_of
from rag_core.servers.credentials import OPENAI_URL
from tests.fakes.openai_server import ANSWER, OpenAIServer
from tests.llms.asking import KEY, model_at, one_sentence, streamed

HERE, THERE = "http://localhost:8081/v1", "http://there.example:8081/v1"
ENDS = ("", "_MODEL", "_BASE_URL", "_API_KEY", "_TEMPERATURE", "_CONTEXT_TOKENS", "_ANSWER_TOKENS", "_TIMEOUT_S")
VARIABLES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", *(f"CHUNKSCOPE_LLM{end}" for end in ENDS))
KNOWN_OPENAI_MODEL, KNOWN_TOKENS = "gpt-4o-mini", 128_000


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, address or model of whoever runs the tests."""
    for name in (
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "OPENAI_API_BASE",
        *(f"CHUNKSCOPE_LLM{end}" for end in VARIABLES),
    ):
        monkeypatch.delenv(name, raising=False)


def set_all(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for end, value in values.items():
        monkeypatch.setenv(f"CHUNKSCOPE_LLM{end}", value)


def refused(choice: LlmChoice, key: str = "") -> str:
    with pytest.raises(UserError) as raised:
        llm_of(choice, key)
    assert KEY not in str(raised.value)
    return str(raised.value)


def test_a_key_alone_chooses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    set_all(monkeypatch, _MODEL="m", _BASE_URL=HERE, _API_KEY=KEY)
    assert llm_from_environment() is None


def test_the_environment_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, **{"": " openai-like "}, _MODEL=" m ", _BASE_URL=f" {HERE} ")
    assert llm_from_environment() == LlmChoice("openai-like", "m", HERE)
    set_all(monkeypatch, _TEMPERATURE="0", _CONTEXT_TOKENS="2048", _ANSWER_TOKENS="100", _TIMEOUT_S="7.5")
    assert llm_from_environment() == LlmChoice("openai-like", "m", HERE, 0.0, 2048, 100, 7.5)
    monkeypatch.delenv("CHUNKSCOPE_LLM_BASE_URL")
    set_all(monkeypatch, **{"": "openai"})
    assert llm_from_environment() == LlmChoice("openai", "m", "", 0.0, 2048, 100, 7.5)


@pytest.mark.parametrize(
    ("end", "value"),
    [
        ("", "ollama"),
        ("_MODEL", ""),
        ("_BASE_URL", " "),
        ("_TEMPERATURE", "warm"),
        ("_TEMPERATURE", "nan"),
        ("_TEMPERATURE", "-1"),
        ("_TEMPERATURE", "2.1"),
        ("_CONTEXT_TOKENS", "4k"),
        ("_CONTEXT_TOKENS", "-1"),
        ("_ANSWER_TOKENS", "0"),
        ("_ANSWER_TOKENS", "1.5"),
        ("_TIMEOUT_S", "0"),
        ("_TIMEOUT_S", "inf"),
    ],
)
def test_a_bad_value_names_its_variable(end: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, **{"": "openai-like", "_MODEL": "m", "_BASE_URL": HERE, end: value})
    with pytest.raises(UserError, match=f"CHUNKSCOPE_LLM{end}\\b"):
        llm_from_environment()


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        (LlmChoice("ollama", "m", HERE), "no provider 'ollama'. Valid: openai, openai-like"),
        (LlmChoice("openai-like", " ", HERE), "No language model is named"),
        (LlmChoice("openai-like", "m"), "has no address"),
        (LlmChoice("openai-like", "m", "localhost:8081"), "not a server's address"),
        (LlmChoice("openai-like", "m", f"http://me:{KEY}@localhost/v1"), "not a server's address"),
        (LlmChoice("openai-like", "m", HERE, temperature=3), "temperature is 3; it must be from 0 to 2"),
        (LlmChoice("openai-like", "m", HERE, context_tokens=10**9), "context_tokens is 1,000,000,000"),
        (LlmChoice("openai-like", "m", HERE, answer_tokens=0), "answer_tokens is 0; it must be from 1 to 1,000,000"),
        (LlmChoice("openai-like", "m", HERE, timeout_s=float("nan")), "timeout_s is nan"),
        (LlmChoice("openai", "gpt-4o-mini"), "requires an OpenAI API key: set OPENAI_API_KEY"),
    ],
)
def test_a_missing_model_name_ends_in_one_sentence(choice: LlmChoice, sentence: str) -> None:
    assert sentence in refused(choice)


@pytest.mark.parametrize("key", ["ключ", "sk-ab\ncd", "sk ab", "“sk-ab”"])
def test_an_invalid_key_is_reported_before_it_is_sent(key: str) -> None:
    assert "Copy it again" in refused(LlmChoice("openai-like", "m", HERE), key)


def test_one_object_a_choice_and_key() -> None:
    choice = LlmChoice("openai-like", "m", HERE)
    assert llm_of(choice) is llm_of(choice)
    assert len({id(llm_of(choice)), id(llm_of(choice, "a-key")), id(llm_of(choice, "b-key"))}) == 3
    assert llm_of(choice).identity == llm_of(choice, KEY).identity
    for number in range(40):
        llm_of(choice, f"key-{number}")
    assert llm_of(choice, "key-39") is llm_of(choice, "key-39")


def key_sent(choice: LlmChoice, hostile: OpenAIServer, key: str = "") -> str:
    hostile.requests.clear()
    assert streamed(llm_of(choice, key)).text == ANSWER
    return hostile.requests[0].key


def test_the_environments_keys_go_to_their_own_servers_only(
    hostile: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = LlmChoice("openai-like", "well", hostile.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "openai-key")
    set_all(monkeypatch, _API_KEY="llm-key", _BASE_URL=THERE)
    assert (key_sent(there, hostile), has_environment_key(there)) == ("", False)
    assert key_sent(there, hostile, "typed-key") == "typed-key"
    set_all(monkeypatch, _BASE_URL=f" {hostile.base_url}/ ")
    assert (key_sent(there, hostile), has_environment_key(there)) == ("llm-key", True)
    assert has_environment_key(LlmChoice("openai", "m"))
    monkeypatch.setenv("OPENAI_BASE_URL", hostile.base_url)
    monkeypatch.delenv("CHUNKSCOPE_LLM_API_KEY")
    assert key_sent(there, hostile) == "openai-key"
    assert key_sent(LlmChoice("openai", "well"), hostile) == "openai-key"
    monkeypatch.setenv("OPENAI_BASE_URL", THERE)
    assert key_sent(there, hostile) == ""


def test_windows_are_stated_or_known_or_taken_for_4096() -> None:
    assert llm_of(LlmChoice("openai", KNOWN_OPENAI_MODEL), KEY).context_tokens == KNOWN_TOKENS
    assert llm_of(LlmChoice("openai", KNOWN_OPENAI_MODEL, HERE)).context_tokens == KNOWN_TOKENS
    assert llm_of(LlmChoice("openai", KNOWN_OPENAI_MODEL, context_tokens=9000), KEY).context_tokens == 9000
    assert llm_of(LlmChoice("openai", "gpt-99"), KEY).context_tokens == 4096
    assert llm_of(LlmChoice("openai-like", KNOWN_OPENAI_MODEL, HERE)).context_tokens == 4096


@pytest.mark.parametrize(
    ("model", "sent", "not_sent"),
    [
        ("gpt-4o-mini", {"max_tokens": 512, "temperature": 0.7}, {"max_completion_tokens"}),
        ("gpt-99", {"max_tokens": 512, "temperature": 0.7}, {"max_completion_tokens"}),
        ("o4-mini", {"max_completion_tokens": 512}, {"max_tokens"}),
        ("gpt-5-mini", {"max_completion_tokens": 512}, {"max_tokens"}),
    ],
)
def test_openais_models_are_asked_as_they_want_it(
    model: str, sent: dict[str, float], not_sent: set[str], hostile: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thinking models take no other temperature than 1, and count their thoughts."""
    monkeypatch.setattr(client, "OPENAI_URL", hostile.base_url)
    llm = llm_of(LlmChoice("openai", model, hostile.base_url, temperature=0.7), KEY)
    assert llm.name == model
    assert "has no language model" in one_sentence(streamed(llm).error)
    body = hostile.requests[0].body
    assert sent.items() <= body.items()
    assert not not_sent & body.keys()
    assert "temperature" in sent or body.get("temperature", 1) == 1


def test_a_model_with_another_protocol_is_refused_in_one_sentence() -> None:
    error = streamed(llm_of(LlmChoice("openai", "gpt-5.2-pro", OPENAI_URL), KEY)).error
    assert "Responses API" in one_sentence(error)
    assert error.fatal


def test_choosing_loads_nothing_heavy() -> None:
    script = "import sys; from rag_core.llms import choice, connection, discovery, factory, prices, retrying;"
    script += "print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert not {"llama_index", "openai", "httpx", "streamlit", "torch"} & set(run.stdout.split())


def test_a_choice_holds_no_key(hostile: OpenAIServer) -> None:
    llm = model_at(hostile.base_url, "well")
    assert KEY not in repr(llm.choice)
    assert LlmChoice(*llm.choice) == llm.choice
