"""The example of the secrets file says what is true."""

import re
import tomllib

import pytest

from rag_core.llms.choice import DEFAULT_CHOICE, LlmChoice, llm_from_environment
from tests.paths import ROOT

EXAMPLE = ROOT / ".streamlit" / "secrets.example.toml"


def test_the_example_chooses_a_model_as_streamlit_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.runtime.secrets import Secrets

    for name in tomllib.loads(EXAMPLE.read_text(encoding="utf-8")):
        monkeypatch.delenv(name, raising=False)
    secrets = Secrets()
    monkeypatch.setattr(Secrets, "_maybe_install_file_watchers", lambda _: None)
    monkeypatch.setattr("streamlit.config.get_option", lambda _: [str(EXAMPLE)])
    assert secrets.load_if_toml_exists()
    try:
        assert llm_from_environment() == LlmChoice("openai-like", "qwen2.5:7b", "http://localhost:11434/v1")
    finally:
        secrets._reset()
    assert llm_from_environment() is None


def test_its_defaults_are_the_defaults() -> None:
    said = dict(re.findall(r"^# CHUNKSCOPE_LLM_(\w+) = ([\d.]+)", EXAMPLE.read_text(encoding="utf-8"), re.M))
    assert {name.lower(): float(value) for name, value in said.items()} == {
        name: float(getattr(DEFAULT_CHOICE, name))
        for name in ("temperature", "context_tokens", "answer_tokens", "timeout_s")
    }
