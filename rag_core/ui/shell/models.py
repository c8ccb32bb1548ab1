"""Choosing the embedding model, and what it can do."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.choice import ModelChoice, vectors_of
from rag_core.embeddings.openai_api import OPENAI_MODELS
from rag_core.embeddings.vectors import Vectors
from rag_core.errors import UserError
from rag_core.html.status import model_facts_html, not_loaded_html
from rag_core.servers.addresses import checked_address
from rag_core.servers.credentials import api_key_for, default_base_url
from rag_core.ui.shell.link import Link, shown
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.progress import ProgressLine
from rag_core.ui.shell.runs import run_again
from rag_core.ui.shell.session import session

PARAMETERS = ("model", "model_url", "query_prefix", "passage_prefix")  # of an address, as ModelChoice's fields
_HERE, _SERVER = "On this machine", "OpenAI or a compatible server"
_BUILT_IN = ModelChoice()


def current() -> ModelChoice:
    """The embedding model that the session has chosen."""
    return session().embedding.choice


def known() -> EmbeddingModel | None:
    """The chosen model, once its info is loaded."""
    try:
        model = _vectors().model
    except UserError:
        return None
    return model if model.ready else None


def vectors(slot: DeltaGenerator) -> Vectors | None:
    """The chosen model's vectors, its info loaded; None where it cannot be loaded, and the page says why."""
    try:
        found = _vectors()
        if not found.model.ready:
            found.model.load_info(ProgressLine(slot))
        if not session().embedding.drawn:
            run_again()  # the widgets above show what this model can do
    except UserError as error:
        slot.empty()
        st.warning(plain(str(error)), icon=":material/error:")
        return None
    return found


def _vectors() -> Vectors:
    return vectors_of(current(), session().embedding.key or api_key_for(current().base_url))


def popover() -> None:
    """Draw the model's name, its info, and the form for another one."""
    with st.popover(f"Model: {_short(current())}", type="tertiary", help="Choose the embedding model"):
        model = known()
        session().embedding.drawn = model is not None
        st.html(model_facts_html(model) if model else not_loaded_html(current().model))
        where = st.radio("Embedding model", [_HERE, _SERVER], horizontal=True, key="model_where")
        with st.form("model_form", border=False):
            if where == _HERE:
                _local_fields()
            else:
                _server_fields()
            _prefix_fields()
            with st.container(horizontal=True):
                st.form_submit_button("Use this model", type="primary", on_click=_take, args=(where == _SERVER,))
                st.form_submit_button("Back to MiniLM", disabled=current().is_built_in, on_click=_reset)


def in_address() -> dict[str, str]:
    """The model in the page's address: one that a link offers stays there until the user decides."""
    choice = session().embedding.linked or current()
    return {} if choice.is_built_in else {name: value for name, value in zip(PARAMETERS, choice, strict=True) if value}


def take_linked(link: Link) -> None:
    """Offer the model of an address, unless it is in use already."""
    choice = _linked(link)
    session().embedding.linked = None if choice.is_built_in or choice == current() else choice


def _linked(link: Link) -> ModelChoice:
    values = zip(ModelChoice._fields, map(link.one, PARAMETERS), strict=True)
    choice = ModelChoice(**{field: value for field, value in values if value})
    if not choice.base_url:
        return choice
    try:
        if not choice.model.startswith("openai:"):
            raise UserError("it is without a model of a server.")
        checked_address(choice.base_url)
    except UserError as error:
        link.problems.append(f"model_url={shown(choice.base_url)}: {error} The model that this session uses stays.")
        return current()
    return choice


def offer_linked() -> None:
    """Offer the model that a link names. Loading it may download gigabytes or cost money, so the user decides."""
    linked = session().embedding.linked
    if linked is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="linked_model_row"):
        made_with = f"This link was made with the embedding model {plain(linked.model)}"
        if linked.is_api:
            server = plain(linked.base_url or default_base_url())
            made_with += f" of the server {server}, to which the text of your documents would be sent"
        st.info(f"{made_with}. This session uses {_short(current())}.", width="stretch")
        st.button("Use that model", key="use_linked", on_click=_use, args=(linked,))


def _local_fields() -> None:
    st.text_input(
        "Name or folder",
        key="model_name",
        placeholder="BAAI/bge-small-en-v1.5, or /models/my-model",
        help="A sentence-transformers model: its name on the Hugging Face hub, from which it is fetched once, or its "
        "folder on the machine that runs this app.",
    )


def _server_fields() -> None:
    names = [name for name in OPENAI_MODELS if name.startswith("text-")]
    st.selectbox("Model", names, key="model_api_name", accept_new_options=True)
    st.caption("The text of your documents and your questions are sent to this server.")
    st.text_input(
        "Address",
        key="model_url",
        placeholder=default_base_url(),
        help="Usually ends in /v1; Azure's with ?api-version=.",
    )
    st.text_input(
        "API key",
        key="model_typed_key",
        type="password",
        autocomplete="off",
        placeholder=_key_origin(),
        help="For this browser session only. Without one, OPENAI_API_KEY of the server is used, for its own address "
        "only.",
    )


def _key_origin() -> str:
    if session().embedding.key:
        return "entered earlier in this session"
    return "from the environment" if api_key_for("") else ""


def _prefix_fields() -> None:
    with st.expander("Prefixes"):
        st.text_input("Query prefix", key="model_query_prefix", placeholder="model default")
        st.text_input("Passage prefix", key="model_passage_prefix", placeholder="model default")


def _take(server: bool) -> None:
    state = st.session_state
    name = state["model_api_name"] or "" if server else state["model_name"].strip()
    choice = ModelChoice(
        f"openai:{name}" if server else name or _BUILT_IN.model,
        state["model_url"].strip() if server else "",
        state["model_query_prefix"] or None,
        state["model_passage_prefix"] or None,
    )
    same_server = current().is_api and choice.base_url == current().base_url
    known_key = session().embedding.key if same_server else ""
    _use(choice, (state["model_typed_key"].strip() or known_key) if server else "")
    state["model_typed_key"] = ""  # a browser keeps what stands in a field in the page's source


def _use(choice: ModelChoice, key: str = "") -> None:
    embedding = session().embedding
    embedding.choice, embedding.key, embedding.linked = choice, key, None
    # Else they would be taken for the next model too.
    st.session_state["model_query_prefix"] = st.session_state["model_passage_prefix"] = ""


def _reset() -> None:
    _use(_BUILT_IN)


def _short(choice: ModelChoice) -> str:
    name = "MiniLM" if choice.is_built_in else choice.model.removeprefix("openai:").rstrip("/").rsplit("/", 1)[-1]
    return plain(name)
