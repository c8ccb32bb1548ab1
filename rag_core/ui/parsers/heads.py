"""Which parsers are shown: a head for each, with its fields and what it needs from the user."""

from __future__ import annotations

from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.html.pieces import mark_html
from rag_core.parts import build, kinds
from rag_core.parts.parser import Parser, parser_names
from rag_core.ui.shell.address import MAX_PARSERS
from rag_core.ui.shell.parser import edit_parser_fields
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.session import session, widget_key

_DEFAULT = "default"


def shown_parsers(document: Document) -> list[Parser]:
    """Those that were chosen and read the document's format; by default the one it was opened with and the next."""
    names = _names(document)
    chosen = [parser for parser in session().parsers.parsers if parser.kind in names]
    if chosen:
        return chosen[:MAX_PARSERS]
    first = document.parser if document.parser in names else names[0]
    others = [name for name in names if name != first]
    return [cast(Parser, build("parser", {"kind": name})) for name in [first, *others[:1]]]


def heads(document: Document, parsers: list[Parser]) -> list[DeltaGenerator]:
    """A row for each parser; returns a place below each for its figures. What is changed there is the session's."""
    places, edited = [], list(parsers)
    for i, (place, parser) in enumerate(zip(st.columns(len(parsers)), parsers, strict=True)):
        with place, st.container(key=f"lane{i}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"head{i}"):
                st.html(mark_html(i), width="content")
                _picker(document, parsers, i)
                edited[i] = _fields(document, parser, i)
                _remove_button(parsers, i)
            places.append(st.container(key=f"figures{i}").empty())
    if edited != parsers:
        session().parsers.parsers = edited
        parsers[:] = edited
    return places


def add_button(document: Document, parsers: list[Parser]) -> None:
    """One more parser beside the others."""
    full = len(parsers) >= MAX_PARSERS
    st.button(
        "Parser", icon=":material/add:", key="add_parser", disabled=full, on_click=_add, args=(document, parsers),
        help=f"At most {MAX_PARSERS} parsers" if full else "Show one more parser beside the others",
    )  # fmt: skip


def _names(document: Document) -> list[str]:
    return [name for name in parser_names(document.format) if name != _DEFAULT]


def _picker(document: Document, parsers: list[Parser], at: int) -> None:
    names, choices = _names(document), kinds("parser")
    key = widget_key(f"parser{at}-{parsers[at].kind}-{session().parsers.turn}")
    st.selectbox(
        "Parser",
        names,
        names.index(parsers[at].kind),
        format_func=lambda name: choices[name].label,
        key=key,
        on_change=_choose,
        args=(parsers, at, key),
        label_visibility="collapsed",
        help="\n".join(f"- **{choices[name].label}**: {choices[name].summary}" for name in names),
    )


def _fields(document: Document, parser: Parser, at: int) -> Parser:
    """The parser with the values of its widgets, if it has fields."""
    if list(type(parser).model_fields) == ["kind"]:
        return parser
    key = widget_key(f"parser{at}-{parser.kind}")
    with st.popover("Settings", icon=":material/tune:", type="tertiary", key=f"parser_fields{at}"):
        values = edit_parser_fields(parser, key, [document])
    try:
        return cast(Parser, build("parser", values))
    except UserError as error:
        st.warning(plain(str(error)), icon=":material/tune:")
        return parser


def _remove_button(parsers: list[Parser], at: int) -> None:
    if len(parsers) > 1:
        st.button(
            "Remove this parser", icon=":material/close:", key=f"remove_parser{at}", help="Remove this parser",
            type="tertiary", on_click=_remove, args=(parsers, at),
        )  # fmt: skip


def _choose(parsers: list[Parser], at: int, key: str) -> None:
    chosen = cast(Parser, build("parser", {"kind": st.session_state[key]}))
    session().parsers.parsers = [*parsers[:at], chosen, *parsers[at + 1 :]]
    session().parsers.step = None


def _remove(parsers: list[Parser], at: int) -> None:
    session().parsers.parsers = [*parsers[:at], *parsers[at + 1 :]]
    session().parsers.step = None


def _add(document: Document, parsers: list[Parser]) -> None:
    shown = [parser.kind for parser in parsers]
    others = [name for name in _names(document) if name not in shown] or _names(document)
    session().parsers.parsers = [*parsers, cast(Parser, build("parser", {"kind": others[0]}))]
