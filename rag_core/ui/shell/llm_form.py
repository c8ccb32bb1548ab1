"""The form for another language model, and the test of its connection."""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from rag_core.errors import UserError
from rag_core.llms import loop
from rag_core.llms.choice import BOUNDS, LlmChoice, has_environment_key, llm_of
from rag_core.llms.connection import test_connection
from rag_core.ui.shell.plain import plain

OPENAI, LIKE = "OpenAI", "Compatible server"
PROVIDERS = {OPENAI: "openai", LIKE: "openai-like"}
DEFAULTS = LlmChoice("openai-like", "")
_OPENAI_MODELS = (
    "gpt-4o-mini",
    "gpt-4o",
    "gpt-4.1-nano",
    "gpt-4.1-mini",
    "gpt-4.1",
    "gpt-5-nano",
    "gpt-5-mini",
    "gpt-5",
)


class _Tried(NamedTuple):
    """What a test of the connection said."""

    sentence: str
    works: bool


def renew() -> None:
    """Another model is used: the widgets begin anew with it, and what was typed is no longer in the page."""
    st.session_state["llm_form_number"] = _number() + 1
    st.session_state["llm_tried"] = None


def key(name: str) -> str:
    """The key of a widget, until another model is used.

    Values are given as defaults, not set: what stands in a closed popover would forget them.
    """
    return f"llm_{name}_{_number()}"


def _number() -> int:
    number: int = st.session_state.get("llm_form_number", 0)
    return number


def fields(where: str, chosen: LlmChoice) -> None:
    """Widgets for everything but where the model runs."""
    if where == OPENAI:
        names = list(dict.fromkeys([*([chosen.model] if chosen.provider == "openai" else []), *_OPENAI_MODELS]))
        st.selectbox("Model", names, key=key("openai_model"), accept_new_options=True)
    else:
        own = chosen if chosen.provider == "openai-like" else DEFAULTS
        st.text_input(
            "Address",
            own.base_url,
            key=key("url"),
            placeholder="http://localhost:11434/v1",
            help="It usually ends in /v1.",
        )
        st.text_input("Model", own.model, key=key("model"), placeholder="qwen2.5:7b")
    st.caption("The question, the prompt and what was retrieved are sent to this server.")
    st.text_input(
        "Key",
        key=key("key"),
        type="password",
        autocomplete="off",
        placeholder=_kept_key(where, chosen),
        help="For this browser session only; it is not kept anywhere.",
    )
    _numbers(chosen)


def _numbers(chosen: LlmChoice) -> None:
    with st.expander("Temperature, lengths and patience"):
        low, high = map(float, BOUNDS["temperature"])
        st.slider("Temperature", low, high, float(chosen.temperature), 0.1, key=key("temperature"))
        about = "What the model reads at once, answer included. 0: as known of OpenAI's models, else 4,096."
        _tokens("Context window, in tokens", "context_tokens", chosen.context_tokens, 1024, about)
        _tokens("Longest answer, in tokens", "answer_tokens", chosen.answer_tokens, 64, None)
        low, high = map(float, BOUNDS["timeout_s"])
        st.number_input(
            "Timeout, in seconds", low, high, float(chosen.timeout_s), 5.0, key=key("timeout_s"),
            help="For connecting, and for the wait between two words.",
        )  # fmt: skip


def _tokens(label: str, field: str, value: int, step: int, about: str | None) -> None:
    low, high = map(int, BOUNDS[field])
    st.number_input(label, low, high, value, step, key=key(field), help=about)


def typed(where: str) -> LlmChoice:
    """What the widgets say."""
    openai = where == OPENAI
    return LlmChoice(
        provider=PROVIDERS[where],
        model=(_value("openai_model" if openai else "model") or "").strip(),
        base_url="" if openai else _value("url").strip(),
        temperature=_value("temperature"),
        context_tokens=int(_value("context_tokens")),
        answer_tokens=int(_value("answer_tokens")),
        timeout_s=float(_value("timeout_s")),
    )


def _value(name: str) -> Any:
    return st.session_state[key(name)]


def take_key(where: str) -> None:
    """Keep the key that was typed, for this session and that server."""
    if typed_key := _value("key").strip():
        st.session_state["llm_keys"] = {_server(typed(where)): typed_key}


def key_of(choice: LlmChoice) -> str:
    """The key that was typed for the model's server; without one, the environment's is taken, if it has one for it."""
    keys: dict[str, str] = st.session_state.get("llm_keys", {})
    return keys.get(_server(choice), "")


def _server(choice: LlmChoice) -> str:
    return f"{choice.provider} {choice.base_url.rstrip('/')}"


def test(choice: LlmChoice) -> None:
    """Ask the model for a word; what came of it is shown by `show_tried`."""
    with st.spinner("Asking for a word …"):
        try:
            sentence = loop.run(test_connection(llm_of(choice, _value("key").strip() or key_of(choice))))
        except UserError as error:
            refuse(str(error))
        else:
            st.session_state["llm_tried"] = _Tried(sentence, True)


def refuse(sentence: str) -> None:
    """Why what was typed is not used."""
    st.session_state["llm_tried"] = _Tried(sentence, False)


def show_tried() -> None:
    """The result of the last test, until another model is used."""
    tried: _Tried | None = st.session_state.get("llm_tried")
    if tried is None:
        st.empty()  # takes an old one's place now, not when the answers are written
    else:
        show, icon = (st.success, ":material/check:") if tried.works else (st.warning, ":material/error:")
        show(plain(tried.sentence), icon=icon)


def _kept_key(where: str, chosen: LlmChoice) -> str:
    """Where the key comes from, if none is typed."""
    choice = LlmChoice(PROVIDERS[where], "", "" if where == OPENAI else chosen.base_url)
    if key_of(choice):
        return "typed before, kept for this session"
    return "from the environment" if has_environment_key(choice) else ""
