"""Choosing the language model that writes answers, and testing the connection to it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.llms.choice import (
    DEFAULT_CHOICE,
    UNSET,
    LlmChoice,
    checked_choice,
    llm_from_environment,
    temperature_of,
)
from rag_core.llms.discovery import local_servers
from rag_core.llms.factory import llm_of
from rag_core.servers.addresses import host_of
from rag_core.ui.shell import llm_form
from rag_core.ui.shell.llm_form import LIKE, OPENAI, PROVIDERS
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.session import session

_NONE = "Extractive"
_MAX_MODELS_NAMED = 4
# Of a link: LlmChoice's fields but the timeout, which changes no answer.
PARAMETERS = ("llm", "llm_model", "llm_url", "llm_temperature", "llm_context", "llm_answer")


def current() -> LlmChoice | None:
    """The language model that the session has chosen; None where answers are extractive."""
    return session().llm.choice


def _of_environment() -> LlmChoice | None:
    try:
        return llm_from_environment()
    except UserError:
        return None  # the page says why


def chat_model() -> ChatModel | None:
    """The chosen model; None where there is none, or where it cannot be used, and the page says why."""
    choice = current()
    if problem := session().llm.problem:
        st.warning(plain(problem), icon=":material/error:")
    if choice is None:
        return None
    try:
        return llm_of(choice, llm_form.key_of(choice))
    except UserError as error:
        st.warning(plain(f"{error} Until then, answers are extractive."), icon=":material/error:")
        return None


def popover() -> None:
    """Draw the name of the model that writes the answers, and the form for another one."""
    choice = current()
    name = plain(choice.model) if choice else "extractive"
    # Another key when another model is used: it closes, and the answers are seen.
    with st.popover(
        f"Answers: {name}",
        icon=":material/forum:",
        help="Choose the language model that writes answers",
        key=llm_form.key("popover"),
    ):
        where = st.segmented_control(
            "Answers are written by",
            [_NONE, OPENAI, LIKE],
            default=_where(choice),
            key=llm_form.key("where"),
            required=True,
        )
        if where == _NONE:
            _extractive(choice)
            return
        if where == LIKE:
            _offer_found()
        with st.form("llm_form", border=False):
            llm_form.fields(where, choice or llm_form.DEFAULTS)
            with st.container(horizontal=True):
                st.form_submit_button("Use this model", type="primary", on_click=_take, args=(where,))
                st.form_submit_button("Test connection", on_click=llm_form.request_test, args=(where,))
        llm_form.test_requested()
        llm_form.show_result()


def in_address() -> dict[str, str]:
    """The choice as parameters of an address, without a key; one that a link offers stays until the user decides."""
    choice = session().llm.linked or current()
    if choice is None or choice == _of_environment():
        return {}
    values = zip(PARAMETERS, choice, DEFAULT_CHOICE, strict=False)
    return {
        name: UNSET if value is None else f"{value}"
        for name, value, default in values
        if name in PARAMETERS[:2] or value != default
    }


def take_linked(values: Sequence[str]) -> None:
    """Offer the model of an address, its values in the order of PARAMETERS, unless it is in use already.

    A link alone must not send text to a server.
    """
    linked = _linked(values)
    session().llm.linked = None if linked == current() else linked


def _linked(values: Sequence[str]) -> LlmChoice | None:
    provider, model, base_url, *numbers = values
    try:
        temperature = temperature_of(numbers[0]) if numbers[0] else DEFAULT_CHOICE.temperature
        tokens = int(numbers[1] or DEFAULT_CHOICE.context_tokens), int(numbers[2] or DEFAULT_CHOICE.answer_tokens)
        linked = LlmChoice(provider, model, base_url, temperature, *tokens)
        checked_choice(linked)
    except (UserError, ValueError):
        return None
    return linked


def offer_linked() -> None:
    """Ask whether to use the model that a link names."""
    linked = session().llm.linked
    if linked is None:
        return
    server = plain(linked.base_url or "OpenAI")
    with st.container(horizontal=True, vertical_alignment="center", key="linked_llm_row"):
        st.info(
            f"This link was made with answers by {plain(linked.model)} of {server}, to which your question and what "
            "was retrieved would be sent.",
            width="stretch",
        )
        st.button("Use it for answers", key="use_linked_llm", on_click=_use, args=(linked,))


def _extractive(choice: LlmChoice | None) -> None:
    st.caption(
        "Sentences from the hits, chosen by similarity; requires no key, server or network. A language model writes "
        "answers in its own words, and summaries and questions for metadata references."
    )
    if choice is not None:
        st.button("Use extractive answers", key="llm_none", type="primary", on_click=_use, args=(None,))
    elif servers := local_servers.latest():
        st.caption(f"{plain(servers[0].name)} runs on this machine: choose “{LIKE}” to use it.")


def _offer_found() -> None:
    """Buttons for the servers found on the machine that runs the app; the key of each is made of what is unique."""
    servers = local_servers.latest()
    names = [server.name for server in servers]
    for server in servers:
        # Two servers of one program differ in their port only.
        name = server.name if names.count(server.name) == 1 else f"{server.name} at {host_of(server.base_url)}"
        for model in server.models[:_MAX_MODELS_NAMED]:
            st.button(
                f"{plain(model)} · {plain(name)}",
                icon=":material/dns:",
                key=f"found-{server.base_url}-{model}",
                help=plain(f"Found at {server.base_url}"),
                on_click=_use,
                args=(llm_form.DEFAULTS._replace(model=model, base_url=server.base_url),),
            )


def _take(where: str) -> None:
    """Use the model that was typed, if it is valid; otherwise the one before stays in use."""
    llm_form.take_key(where)
    choice = llm_form.typed(where)
    try:
        llm_of(choice, llm_form.key_of(choice))
    except UserError as error:
        llm_form.refuse(str(error))
    else:
        _use(choice)


def _use(choice: LlmChoice | None) -> None:
    state = session().llm
    state.choice, state.linked, state.problem = choice, None, None
    llm_form.renew()


def _where(choice: LlmChoice | None) -> str:
    names = {provider: name for name, provider in PROVIDERS.items()}
    return _NONE if choice is None else names[choice.provider]
