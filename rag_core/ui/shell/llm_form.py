"""The form for another language model, and the test of its connection."""

from __future__ import annotations

from typing import Any

import streamlit as st

from rag_core.errors import UserError
from rag_core.llms.choice import BOUNDS, LlmChoice
from rag_core.llms.connection import test_connection
from rag_core.llms.factory import has_environment_key, llm_of
from rag_core.servers import loop
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.session import ConnectionTest, session

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


def renew() -> None:
    """Another model is in use: the widgets begin with it, and what was typed is no longer on the page."""
    session().llm.form += 1
    session().llm.tested = None


def key(name: str) -> str:
    """The key of a widget, until another model is used.

    Values are given as defaults, not set: widgets in a closed popover would lose them.
    """
    return f"llm_{name}_{session().llm.form}_{session().visit}"


def fields(where: str, chosen: LlmChoice) -> None:
    """Draw the widgets for everything but where the model runs."""
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
            help="Usually ends in /v1; Azure's with ?api-version=.",
        )
        st.text_input("Model", own.model, key=key("model"), placeholder="qwen2.5:7b")
    st.caption("The question, the prompt and what was retrieved are sent to this server.")
    st.text_input(
        "API key",
        key=key("key"),
        type="password",
        autocomplete="off",
        placeholder=_key_origin(where, chosen),
        help="Used in this browser session only; never stored.",
    )
    _numbers(chosen)


def _numbers(chosen: LlmChoice) -> None:
    with st.expander("Limits and timeout"):
        low, high = map(float, BOUNDS["temperature"])
        st.number_input(
            "Temperature", low, high, chosen.temperature, 0.1, key=key("temperature"), placeholder="unset",
            help="Leave it empty to send none: the server's default applies. Some models accept no other.",
        )  # fmt: skip
        about = "The most tokens of prompt and answer together. 0: the known size for OpenAI's models, otherwise 4,096."
        _tokens("Context window (tokens)", "context_tokens", chosen.context_tokens, 1024, about)
        _tokens("Max answer tokens", "answer_tokens", chosen.answer_tokens, 64, None)
        low, high = map(float, BOUNDS["timeout_s"])
        st.number_input(
            "Timeout (seconds)", low, high, float(chosen.timeout_s), 5.0, key=key("timeout_s"),
            help="Time limit for connecting, and for each pause between two pieces of the answer.",
        )  # fmt: skip


def _tokens(label: str, field: str, value: int, step: int, about: str | None) -> None:
    low, high = map(int, BOUNDS[field])
    st.number_input(label, low, high, value, step, key=key(field), help=about)


def typed(where: str) -> LlmChoice:
    """The model that the widgets describe."""
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
    """Remember the key that was typed, for this session and that server."""
    if typed_key := _value("key").strip():
        session().llm.keys = {_server(typed(where)): typed_key}


def key_of(choice: LlmChoice) -> str:
    """The key that was typed for the model's server; without one, the environment's is used, if it has one for it."""
    return session().llm.keys.get(_server(choice), "")


def _server(choice: LlmChoice) -> str:
    return f"{choice.provider} {choice.base_url.rstrip('/')}"


def request_test(where: str) -> None:
    """Have the model that the widgets describe tested."""
    session().llm.to_test = typed(where), _value("key").strip()


def test_requested() -> None:
    """Ask the model for one word, if that was requested; the result is shown by `show_result`."""
    state = session().llm
    if state.to_test is None:
        return
    choice, typed_key = state.to_test
    with st.spinner("Testing the connection …"):
        try:
            sentence = loop.run(test_connection(llm_of(choice, typed_key or key_of(choice))))
        except UserError as error:
            refuse(str(error))
        else:
            state.tested = ConnectionTest(sentence, True)
    state.to_test = None


def refuse(sentence: str) -> None:
    """Show why the model cannot be used."""
    session().llm.tested = ConnectionTest(sentence, False)


def show_result() -> None:
    """Show the result of the last test, until another model is used."""
    tested = session().llm.tested
    if tested is None:
        st.empty()  # takes an old one's place now, not when the answers are written
    else:
        show, icon = (st.success, ":material/check:") if tested.works else (st.warning, ":material/error:")
        show(plain(tested.sentence), icon=icon)


def _key_origin(where: str, chosen: LlmChoice) -> str:
    """Where the key comes from if none is typed, or nothing if there is no key."""
    choice = LlmChoice(PROVIDERS[where], "", "" if where == OPENAI else chosen.base_url)
    if key_of(choice):
        return "entered earlier in this session"
    return "from the environment" if has_environment_key(choice) else ""
