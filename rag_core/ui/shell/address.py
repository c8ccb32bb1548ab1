"""The view in the page's address: read at the start of a run, written when all widgets are drawn.

Out-of-range numbers and strategies that cannot be used are named on the page, and the nearest valid view is shown.
"""

from __future__ import annotations

import json
import re
from typing import Any, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rag_core.embeddings.cross_encoder import is_open
from rag_core.errors import UserError
from rag_core.html.palette import MAX_COLUMNS
from rag_core.part import get_slot
from rag_core.parts.parser import Parser
from rag_core.strategy import DEFAULT_PRESETS, DEFAULT_TOKENS, Strategy
from rag_core.strategy.specs import preset, spec_of
from rag_core.text.tokenizers import DEFAULT_TOKENIZER, tokenizer_names
from rag_core.ui.shell import llm, models
from rag_core.ui.shell.link import Address, Link, shown
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.session import (
    DEFAULT_HITS,
    EQUAL_HITS,
    EQUAL_TOKENS,
    OWN_BUDGET,
    SAMPLE,
    ChunksState,
    ColumnState,
    ParsersState,
    new_column,
    session,
)
from rag_core.ui.shell.view import HITS_RANGE, TOKENS_RANGE

_DOCUMENTS_RANGE, _EXCERPTS_RANGE = (1, 1000), (1, 100_000)
_PAGE_PLACE = re.compile(r"[1-9][0-9]{0,3}-[1-9][0-9]{0,5}-(fit|100|150|200)", re.ASCII)
MAX_PARSERS = 3
_OWN_BUDGETS = "each column has its own budget instead"
_OWN_PARAMETERS = ("doc", "q", "s", "tok", "k", "n", "why", "c", "d", "e", "p", "g", "at")
_PARAMETERS = (*_OWN_PARAMETERS, *models.PARAMETERS, *llm.PARAMETERS)


def restore(page: str) -> None:
    """At the start of a run: take the view from the address where the user went to it, by a link or in the history.

    Any other address is one that this session wrote: it says what the browser had received when the user acted, which
    is older than what the session holds by now, and is not looked at.
    """
    state = session()
    address = {name: tuple(st.query_params.get_all(name)) for name in st.query_params}
    if not state.page or (_is_from_history() and address != state.address.sent):
        before = state.columns if page == state.page else []
        _take(address)
        state.columns = _kept(before, state.columns)
    elif page != state.page:
        _resume(page)
    if not state.page:
        state.address.sent = address
    if page != state.page:
        state.dialog = None
    state.address.reported, state.page = address, page


def write() -> None:
    """Once all widgets are drawn: put the view into the address."""
    state, view = session(), current()
    address = state.address
    if not view == address.sent == address.reported:
        # An interrupt is raised before anything is sent, and must not leave it noted as sent.
        st.query_params.from_dict({name: list(values) for name, values in view.items()})
        address.sent = view
    address.by_page[state.page] = view
    if address.linked is not None and address.linked != view:
        address.problems = []
    address.linked = view


def current() -> Address:
    """The view as parameters of an address, the same on every page; defaults are left out."""
    state = session()
    view: dict[str, Any] = {} if state.documents.wanted == [SAMPLE] else {"doc": state.documents.wanted}
    if state.question:
        view["q"] = state.question
    view["s"] = [spec for column in state.columns if (spec := spec_of(column.strategy))]
    if state.tokenizer != DEFAULT_TOKENIZER:
        view["tok"] = state.tokenizer
    if state.budget == EQUAL_HITS:
        view["k"] = str(state.equal_hits)
    if state.budget == EQUAL_TOKENS:
        view["n"] = str(state.equal_tokens)
    if state.why:
        view["why"] = "1"
    if state.pane.at:
        view["at"] = state.pane.at
    view |= models.in_address() | llm.in_address() | _chunks_in_address(state.chunks)
    view |= _parsers_in_address(state.parsers)
    return {name: tuple(value) if isinstance(value, list) else (value,) for name, value in view.items()}


def _chunks_in_address(chunks: ChunksState) -> dict[str, str]:
    """Of the Chunks page, what is not the default."""
    view = {"c": ",".join(str(position + 1) for position in chunks.columns)}
    view |= {"d": str(chunks.document) if chunks.document > 1 else ""}
    view |= {"e": str(chunks.excerpt) if chunks.excerpt > 1 else ""}
    return {name: value for name, value in view.items() if value}


def _parsers_in_address(parsers: ParsersState) -> dict[str, Any]:
    """Of the Parsers page, what is not the default; a parser whose fields are the defaults is its kind's name."""
    listed = [parser.kind if not parser.fields_json() else parser.model_dump_json() for parser in parsers.parsers]
    return ({"p": listed} if listed else {}) | ({"g": str(parsers.page)} if parsers.page > 1 else {})


def show_problems() -> None:
    """Show what of the address could not be used, until the view changes: in one box, so that results stay in sight."""
    problems = [plain(problem) for problem in session().address.problems]
    if problems:
        said = f" {problems[0]}" if len(problems) == 1 else "".join(f"\n- {problem}" for problem in problems)
        st.warning(f"Part of the link could not be used:{said}", icon=":material/link_off:")


def _is_from_history() -> bool:
    """Whether the user pressed Back or Forward, as the browser says."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def _kept(before: list[ColumnState], columns: list[ColumnState]) -> list[ColumnState]:
    """The columns, those that are as before with their widgets: a click made there meanwhile still counts."""
    same = [old if old.strategy == new.strategy else new for old, new in zip(before, columns, strict=False)]
    return [*same, *columns[len(same) :]]


def _resume(page: str) -> None:
    """Another page: its widgets begin with the session's values, those that it has from an earlier visit are dropped.

    Where the view is as the page left it, its widgets keep their keys: a click made there while it was being left
    still counts.
    """
    state = session()
    unchanged = state.address.by_page.get(page) == current()
    state.visit += not unchanged
    for column in state.columns:
        column.restart_widgets(renew=not unchanged)


def _take(address: Address) -> None:
    state, link = session(), Link(address)
    link.only(_PARAMETERS)
    state.columns = _columns_from(link)
    state.question = link.one("q")
    state.documents.wanted = list(link.many("doc") or (SAMPLE,))
    state.tokenizer = link.choice("tok", list(tokenizer_names()), DEFAULT_TOKENIZER)
    _take_budget(link)
    state.why = link.is_set("why")
    state.chunks = _chunks(link)
    state.pane.at = _page_place(link)
    state.parsers = _parsers(link)
    models.take_linked(link)
    llm.take_linked(link)
    state.address.problems, state.address.linked = link.problems, None
    state.visit += 1


def _take_budget(link: Link) -> None:
    """The budget in the link. One that names columns and no budget is of columns with budgets of their own."""
    state = session()
    hits = link.whole("k", HITS_RANGE, _OWN_BUDGETS)
    tokens = link.whole("n", TOKENS_RANGE, _OWN_BUDGETS)
    is_new = not any(link.all(name) for name in ("s", "k", "n"))
    if hits and tokens:
        link.problems.append(f"k={hits} and n={tokens} exclude each other; k={hits} is used.")
    state.budget = EQUAL_HITS if hits else EQUAL_TOKENS if tokens or is_new else OWN_BUDGET
    state.equal_hits, state.equal_tokens = hits or DEFAULT_HITS, tokens or DEFAULT_TOKENS


def _chunks(link: Link) -> ChunksState:
    document = link.whole("d", _DOCUMENTS_RANGE, "the first is shown instead") or 1
    excerpt = link.whole("e", _EXCERPTS_RANGE, "the first is shown instead") or 1
    bounds = (1, len(session().columns))
    listed = link.one("c").split(",")
    columns = [link.whole_of("c", text, bounds, "it is ignored") for text in listed if text]
    return ChunksState([column - 1 for column in columns if column], document, excerpt)


def is_page_place(text: str) -> bool:
    """Whether the text says what the pane shows: document, page and zoom."""
    return _PAGE_PLACE.fullmatch(text) is not None


def _page_place(link: Link) -> str:
    at = link.one("at")
    if at and not is_page_place(at):
        link.problems.append(f"at={shown(at)} is no document, page and zoom, such as 1-12-fit; no page is shown.")
        return ""
    return at


def _parsers(link: Link) -> ParsersState:
    found: list[Parser] = []
    for text in link.many("p")[:MAX_PARSERS]:
        try:
            values = json.loads(text) if text.startswith("{") else {"kind": text}
            found.append(cast(Parser, get_slot("parser").build(values)))
        except (ValueError, UserError) as error:
            link.problems.append(f"p={shown(text)} names no parser: {error} It is left out.")
    page = link.whole("g", _DOCUMENTS_RANGE, "the first page is shown instead") or 1
    return ParsersState(found, page)


def _columns_from(link: Link) -> list[ColumnState]:
    found, specs = [], link.all("s")
    if len(specs) > MAX_COLUMNS:
        link.problems.append(f"It has {len(specs)} columns; only the first {MAX_COLUMNS} are shown.")
    for spec in specs[:MAX_COLUMNS]:
        try:
            found.append(new_column(_strategy(spec)))
        except UserError as error:
            link.problems.append(f"{error} This column is left out.")
    if specs and not found:
        link.problems.append(f"None of its columns can be shown; the default ones are: {', '.join(DEFAULT_PRESETS)}.")
    return found or [new_column(preset(name)) for name in DEFAULT_PRESETS]


def _strategy(spec: str) -> Strategy:
    if spec.startswith("@"):
        raise UserError(f"s={shown(spec)} names a file, which a link may not have this server read.")
    strategy = preset(spec)
    model = strategy.rerank.named_model
    if model and not is_open(model):
        raise UserError(
            f"s={shown(spec)} names the model {shown(model)}, which a link may not have this server load or download. "
            "Choose it in a column's settings."
        )
    return strategy
