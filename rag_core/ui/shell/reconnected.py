"""A page that meets a server without its session, as after a restart: its view is kept, and what the user did there.

Streamlit begins a new session then, and its first run gets the values of all the page's widgets. The new session would
not know them: the keys of widgets have numbers in them, and callbacks are called for widgets of earlier runs only. So
each page carries its numbers in a field that nobody sees. A new session that receives them draws its widgets with the
values of the address, and begins again with what the browser sent, which then is what the user has just changed.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rag_core.errors import UserError
from rag_core.strategy.specs import preset, spec_of
from rag_core.ui.shell import address
from rag_core.ui.shell.link import Address
from rag_core.ui.shell.runs import run_again
from rag_core.ui.shell.session import Session, session

_KEY = "carried"
_STATE, _VALUES = "_state", "_new_widget_state"  # where Streamlit has what the browser sent


class _Carried(NamedTuple):
    """What of a session is in the keys and the labels of its widgets, and the address that it had written."""

    address: list[list[Any]]
    uploader: int
    picker: int
    visit: int
    numbers: list[list[Any]]
    columns: list[list[Any]]  # of each column its `uid`, its `widgets`, and the SPEC of its `origin`


def restore(page: str) -> None:
    """As `address.restore`; in a new session, also take over from the one that the page had."""
    state: Session | None = st.session_state.get("session")
    if state is None:
        _take_over(page)
        return
    if state.sent:  # the user acted again before the widgets were drawn
        state.sent = list({one.id: one for one in (*state.sent, *filter(_is_set, _sent()))}.values())
        _forget_sent()
    address.restore(page)


def write() -> None:
    """As `address.write`, once all widgets are drawn; they then get what the browser sent to a new session."""
    state = session()
    sent, state.sent = state.sent, []
    if sent:
        state.took_over = True
        run_again(WidgetStates(widgets=sent))
    address.write()
    st.session_state[_KEY] = json.dumps(_of(state))
    with st.container(key="unseen"):
        st.text_input(_KEY, key=_KEY, label_visibility="collapsed")


def _take_over(page: str) -> None:
    sent = _sent()
    carried = _read(sent)
    if carried is not None:
        _forget_sent()
    address.restore(page)
    if carried is not None and _adopt(session(), carried):
        session().sent = sent


def _of(state: Session) -> _Carried:
    return _Carried(
        _listed(address.current()),
        state.uploader,
        state.documents.picker,
        state.visit,
        [[key, number] for key, number in state.documents.numbers.items()],
        [[column.uid, column.widgets, spec_of(column.origin)] for column in state.columns],
    )


def _listed(view: Address) -> list[list[Any]]:
    return sorted([name, list(values)] for name, values in view.items())


def _sent() -> list[WidgetState]:
    context = get_script_run_ctx()
    return [] if context is None else list(context.session_state.get_widget_states())


def _read(sent: list[WidgetState]) -> _Carried | None:
    """What the browser carries; None if nothing, or not of the address that it has now."""
    found = next((state.string_value for state in sent if state.id.endswith(f"-{_KEY}")), "")
    try:
        carried = _Carried(*json.loads(found or "[]"))
    except (TypeError, ValueError):
        return None
    here = sorted([name, st.query_params.get_all(name)] for name in st.query_params)
    return carried if carried.address == here else None


def _is_set(state: WidgetState) -> bool:
    """False for a button that was not pressed."""
    return state.WhichOneof("value") != "trigger_value" or state.trigger_value


def _forget_sent() -> None:
    """Have Streamlit draw the widgets with their own values."""
    context = get_script_run_ctx()
    assert context is not None
    # Not clear(), which ends at the first widget that Streamlit does not know.
    getattr(getattr(context.session_state, _STATE), _VALUES).states.clear()


def _adopt(state: Session, carried: _Carried) -> bool:
    """Give the widgets the keys that they had; False, and nothing is changed, for what no page of ours has sent."""
    try:
        columns = [(int(uid), int(widgets), preset(str(spec).lstrip("@"))) for uid, widgets, spec in carried.columns]
        numbers = {str(key): max(int(number), 1) for key, number in carried.numbers}
        uploader, picker, visit = int(carried.uploader), int(carried.picker), int(carried.visit)
    except (TypeError, ValueError, UserError):
        return False
    if len(columns) != len(state.columns):
        return False
    for column, (uid, widgets, origin) in zip(state.columns, columns, strict=True):
        column.uid, column.widgets, column.origin = uid, widgets, origin
    state.uploader, state.visit, state.documents.numbers = uploader, visit, numbers
    state.documents.picker, state.documents.picked = picker, list(state.documents.wanted)
    return True
