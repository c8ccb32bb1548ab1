"""What a view is: documents, question, columns and budget; kept in the session and in the page's address."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import count
from typing import Any

import streamlit as st

from rag_core.embeddings.choice import ModelChoice
from rag_core.errors import UserError
from rag_core.html.palette import MAX_COLUMNS
from rag_core.parts.budget.distinct_parents import DistinctParents
from rag_core.parts.budget.tokens import ContextTokens
from rag_core.strategy import DEFAULT_PRESETS, Strategy
from rag_core.strategy.specs import preset, spec_of
from rag_core.text.tokenizers import DEFAULT_TOKENIZER, tokenizer_names
from rag_core.ui.shell import llm, models
from rag_core.ui.shell.plain import plain

Address = dict[str, tuple[str, ...]]

SAMPLE = "sample"
OWN, EQUAL_HITS, EQUAL_TOKENS = "As preset", "Equal k", "Equal tokens"
HITS_RANGE, TOKENS_RANGE = (1, 20), (100, 8000)
_DEFAULT_HITS, _DEFAULT_TOKENS = 3, 2000
_LATE_CLICK_S = 0.5
_MODEL_PARAMETERS = ("model", "model_url", "query_prefix", "passage_prefix")
_ids = count()


@dataclass
class ColumnState:
    """A column: the strategy that it began with, the one that its widgets make of it, and the number in their keys."""

    origin: Strategy
    strategy: Strategy
    uid: int


def new_column(strategy: Strategy) -> ColumnState:
    """A column with widgets of its own."""
    return ColumnState(strategy, strategy, next(_ids))


def columns() -> list[ColumnState]:
    """The session's columns; change the list in place."""
    found: list[ColumnState] = st.session_state["columns"]
    return found


def restore() -> None:
    """At the start of a run: take the view from the address, where it is not what this session wrote there."""
    address = {name: tuple(st.query_params.get_all(name)) for name in st.query_params}
    # Streamlit forgets the value of a widget that a run does not draw.
    st.session_state.setdefault("equal_hits", _DEFAULT_HITS)
    st.session_state.setdefault("equal_tokens", _DEFAULT_TOKENS)
    if "columns" in st.session_state and _is_ours(address):
        st.session_state["link_problems"] = []
        return
    st.session_state["address"] = address
    _take(address)


def _is_ours(address: Address) -> bool:
    """Whether the address is the one written last; or the one before, of a click made before the browser had it."""
    if address == st.session_state["address"]:
        return True
    late = time.monotonic() - st.session_state.get("written_s", 0.0) < _LATE_CLICK_S
    if late and address == st.session_state["address_before"]:
        st.session_state["address"] = address  # so that this run writes the right one again
        return True
    return False


def _take(address: Address) -> None:
    problems: list[str] = []
    st.session_state["columns"] = _columns_from(address.get("s", ()), problems)
    st.session_state["question"] = st.session_state["typed"] = (address.get("q") or ("",))[0]
    st.session_state["wanted"] = list(address.get("doc") or (SAMPLE,))
    tokenizer = (address.get("tok") or (DEFAULT_TOKENIZER,))[0]
    if tokenizer not in tokenizer_names():
        problems.append(f"There is no tokenizer {tokenizer!r}.")
        tokenizer = DEFAULT_TOKENIZER
    st.session_state["tokenizer"] = tokenizer
    hits = _number(address, "k", HITS_RANGE, problems)
    tokens = _number(address, "n", TOKENS_RANGE, problems)
    st.session_state["budget"] = EQUAL_HITS if hits else EQUAL_TOKENS if tokens else OWN
    st.session_state["equal_hits"] = hits or _DEFAULT_HITS
    st.session_state["equal_tokens"] = tokens or _DEFAULT_TOKENS
    st.session_state["link_problems"] = problems
    named = zip(_MODEL_PARAMETERS, ModelChoice._fields, strict=True)
    models.take_linked(ModelChoice(**{field: address[name][0] for name, field in named if address.get(name)}))
    llm.take_linked([(address.get(name) or ("",))[0] for name in llm.PARAMETERS])


def write(documents: list[str]) -> None:
    """Once all widgets are drawn: put the view into the address; `documents` are their keys."""
    view: dict[str, Any] = {} if documents == [SAMPLE] else {"doc": documents}
    if st.session_state["question"]:
        view["q"] = st.session_state["question"]
    view["s"] = [spec for column in columns() if (spec := spec_of(column.strategy))]
    if st.session_state["tokenizer"] != DEFAULT_TOKENIZER:
        view["tok"] = st.session_state["tokenizer"]
    if st.session_state["budget"] == EQUAL_HITS:
        view["k"] = str(st.session_state["equal_hits"])
    if st.session_state["budget"] == EQUAL_TOKENS:
        view["n"] = str(st.session_state["equal_tokens"])
    view |= {name: value for name, value in zip(_MODEL_PARAMETERS, models.in_address(), strict=True) if value}
    if models.in_address().is_built_in:
        view.pop("model")
    view |= llm.in_address()
    address = {name: tuple(value) if isinstance(value, list) else (value,) for name, value in view.items()}
    if address != st.session_state["address"]:
        st.session_state["address_before"], st.session_state["address"] = st.session_state["address"], address
        st.session_state["written_s"] = time.monotonic()
        st.query_params.from_dict(view)


def show_link_problems() -> None:
    """What of the address could not be used, until the view changes."""
    for problem in st.session_state["link_problems"]:
        st.warning(plain(f"Of the link, this could not be used: {problem}"), icon=":material/link_off:")


def budgeted(strategy: Strategy) -> Strategy:
    """The strategy with the budget that all columns share, if they share one."""
    if st.session_state["budget"] == EQUAL_HITS:
        return strategy.model_copy(update={"budget": DistinctParents(hits=st.session_state["equal_hits"])})
    if st.session_state["budget"] == EQUAL_TOKENS:
        return strategy.model_copy(update={"budget": ContextTokens(tokens=st.session_state["equal_tokens"])})
    return strategy


def _columns_from(specs: tuple[str, ...], problems: list[str]) -> list[ColumnState]:
    found = []
    for spec in specs[:MAX_COLUMNS]:
        try:
            # A link must not make the server read its files.
            found.append(new_column(preset(spec.lstrip("@"))))
        except UserError as error:
            problems.append(str(error))
    return found or [new_column(preset(name)) for name in DEFAULT_PRESETS]


def _number(address: Address, name: str, bounds: tuple[int, int], problems: list[str]) -> int | None:
    text = (address.get(name) or ("",))[0]
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        problems.append(f"{name}={text} is not a number from {bounds[0]} to {bounds[1]}.")
        return None
    number = min(max(int(text), bounds[0]), bounds[1])
    if number != int(text):
        problems.append(f"{name}={text} is not from {bounds[0]} to {bounds[1]}; {number} is taken.")
    return number
