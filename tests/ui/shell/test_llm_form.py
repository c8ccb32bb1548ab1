"""The form for a language model takes whatever the environment and links may say of one."""

from urllib.parse import quote

import pytest
from streamlit.testing.v1 import AppTest

from tests.paths import ROOT

APP = str(ROOT / "app.py")
SERVER = "http://127.0.0.1:9/v1"  # nothing listens there


def opened(**parameters: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=180)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("name", "value"),
    [("TIMEOUT_S", "7200"), ("TIMEOUT_S", "0.5"), ("ANSWER_TOKENS", "200000"), ("ANSWER_TOKENS", "8")],
)
def test_the_environments_numbers_fit_the_form(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUNKSCOPE_LLM", "openai-like")
    monkeypatch.setenv("CHUNKSCOPE_LLM_MODEL", "qwen")
    monkeypatch.setenv("CHUNKSCOPE_LLM_BASE_URL", SERVER)
    monkeypatch.setenv(f"CHUNKSCOPE_LLM_{name}", value)
    app = opened()
    assert float(value) in [number.value for number in app.number_input]


@pytest.mark.parametrize(
    "numbers", [{"llm_temperature": "9"}, {"llm_temperature": "nan"}, {"llm_context": "-1"}, {"llm_answer": "x"}]
)
def test_a_link_with_numbers_that_no_model_takes_offers_nothing(numbers: dict[str, str]) -> None:
    app = opened(llm="openai-like", llm_model="qwen", llm_url=SERVER, **numbers)
    assert not [button for button in app.button if button.key == "use_linked_llm"]
    assert quote(SERVER, safe="") not in str(app.query_params)


def test_a_link_with_numbers_that_fit_offers_the_model() -> None:
    app = opened(llm="openai-like", llm_model="qwen", llm_url=SERVER, llm_temperature="0.5", llm_context="8192")
    button = next(button for button in app.button if button.key == "use_linked_llm")
    button.click().run()
    assert not app.exception
    assert 8192 in [number.value for number in app.number_input]
