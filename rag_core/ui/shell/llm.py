"""Choosing the language model that writes answers, and testing the connection to it."""

from __future__ import annotations

import streamlit as st

from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.llms.choice import BOUNDS, DEFAULT_CHOICE, UNSET, LlmChoice, checked_choice
from rag_core.llms.discovery import local_servers
from rag_core.llms.factory import llm_of
from rag_core.servers.addresses import host_of
from rag_core.servers.credentials import default_base_url
from rag_core.ui.shell import llm_form
from rag_core.ui.shell.link import Link
from rag_core.ui.shell.llm_form import LIKE, OPENAI, PROVIDERS
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.session import session

_NONE = "Extractive"
_MAX_MODELS_NAMED = 4
# Of a link: LlmChoice's fields but the timeout, which changes no answer.
_NOT_OFFERED = "the language model of the link is not offered"
PARAMETERS = ("llm", "llm_model", "llm_url", "llm_temperature", "llm_context", "llm_answer")


def current() -> LlmChoice | None:
    """The language model that the session has chosen; None where answers are extractive."""
    return session().llm.choice


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
            default=_where(choice or session().llm.offered),
            key=llm_form.key("where"),
            required=True,
        )
        if where == _NONE:
            _extractive(choice)
            return
        if where == LIKE:
            _offer_found()
        with st.form("llm_form", border=False):
            llm_form.fields(where, choice or session().llm.offered or llm_form.DEFAULTS)
            with st.container(horizontal=True):
                st.form_submit_button("Use this model", type="primary", on_click=_take, args=(where,))
                st.form_submit_button("Test connection", on_click=llm_form.request_test, args=(where,))
        llm_form.test_requested()
        llm_form.show_result()


def in_address() -> dict[str, str]:
    """The choice as parameters of an address, without a key; one that a link offers stays until the user decides."""
    choice = session().llm.linked or current()
    if choice is None:
        return {}
    values = zip(PARAMETERS, choice, DEFAULT_CHOICE, strict=False)
    return {
        name: UNSET if value is None else f"{value}"
        for name, value, default in values
        if name in PARAMETERS[:2] or value != default
    }


def take_linked(link: Link) -> None:
    """Offer the model of an address, unless it is in use already: a link alone must not send text to a server."""
    linked, state = _linked(link), session().llm
    if linked and state.offered and linked == state.offered._replace(timeout_s=linked.timeout_s):
        linked = state.offered  # whose timeout is the one that fits here
    state.linked = None if linked == current() else linked


def _linked(link: Link) -> LlmChoice | None:
    known = len(link.problems)
    provider, model, base_url = map(link.one, PARAMETERS[:3])
    temperature = _temperature(link, PARAMETERS[3])
    context_tokens = _tokens(link, PARAMETERS[4], "context_tokens", DEFAULT_CHOICE.context_tokens)
    answer_tokens = _tokens(link, PARAMETERS[5], "answer_tokens", DEFAULT_CHOICE.answer_tokens)
    is_usable = not any(_NOT_OFFERED in problem for problem in link.problems[known:])
    if not is_usable or not any((provider, model, base_url)):
        return None
    choice = LlmChoice(provider, model, base_url, temperature, context_tokens, answer_tokens)
    try:
        checked_choice(choice)
    except UserError as error:
        link.problems.append(f"{error} So {_NOT_OFFERED}.")
        return None
    return choice


def _temperature(link: Link, name: str) -> float | None:
    if link.all(name) == (UNSET,):
        return None
    number = link.real(name, BOUNDS["temperature"], _NOT_OFFERED)
    return DEFAULT_CHOICE.temperature if number is None else number


def _tokens(link: Link, name: str, field: str, default: int) -> int:
    low, high = map(int, BOUNDS[field])
    number = link.whole(name, (low, high), _NOT_OFFERED)
    return default if number is None else number


def offer_linked() -> None:
    """Ask whether to use the model that a link or else the environment names; nothing is sent before that."""
    state = session().llm
    if state.linked is not None:
        _offer(state.linked, "This link was made with answers by")
    elif state.offered is not None and state.choice is None:
        _offer(state.offered, "Answers are extractive. The environment of this server names")


def _offer(choice: LlmChoice, beginning: str) -> None:
    server = plain(choice.base_url or default_base_url())
    with st.container(horizontal=True, vertical_alignment="center", key="linked_llm_row"):
        st.info(
            f"{beginning} {plain(choice.model)} of {server}, to which each question and what every column retrieves "
            f"would be sent, for an answer of up to {choice.answer_tokens:,} tokens a column.",
            width="stretch",
        )
        st.button("Use it for answers", key="use_linked_llm", on_click=_use, args=(choice,))
        st.button("No", key="refuse_linked_llm", type="tertiary", help="Keep the answers as they are", on_click=_refuse)


def _refuse() -> None:
    session().llm.linked = session().llm.offered = None


def _extractive(choice: LlmChoice | None) -> None:
    st.caption(
        "Sentences from the hits, chosen by similarity; requires no key, server or network. A language model writes "
        "answers in its own words, and what is indexed with chunks: summaries, questions, contexts."
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
    state.choice, state.linked, state.offered, state.problem = choice, None, None, None
    llm_form.renew()


def _where(choice: LlmChoice | None) -> str:
    names = {provider: name for name, provider in PROVIDERS.items()}
    return _NONE if choice is None else names[choice.provider]
