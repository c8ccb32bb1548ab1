"""Runs of a page's script: which of the user's actions end a run, and that none of them is lost by it.

Streamlit ends a run at the next call of `st` when the user acts again. A button is pressed in one message only, so
that message must have had its effect before the run that it began may end. Therefore:

- settings (.streamlit/config.toml) have one run at a time, so that messages that wait for it are joined: Streamlit
  would otherwise stop a run that has not begun yet, and forget the button.
- `keep_actions_whole` has the state of the widgets taken over, with all callbacks, before anything can end the run.
- what a button does is done in its callback, and never where it is drawn: the run may end before.
- `run_again` replaces `st.rerun`, which puts the page and the address of its own run into the message that waits.
"""

from __future__ import annotations

from typing import Any, NoReturn

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner import RerunData, RerunException, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType
from streamlit.runtime.state import SafeSessionState

_YIELD = "_yield_callback"  # of a SafeSessionState: raises where a message waits
_STATE = "_state"  # of the requests to a run
_take_over = SafeSessionState.on_script_will_rerun


def keep_actions_whole() -> None:
    """Have Streamlit take over a message as a whole; idempotent."""
    SafeSessionState.on_script_will_rerun = _take_over_as_a_whole  # type: ignore


def run_again(sent: WidgetStates | None = None) -> NoReturn:
    """End this run and begin another one, which gives way to what the user has done meanwhile.

    `sent` are values for the widgets, as the browser sends them; without, they keep theirs.
    """
    context = get_script_run_ctx()
    assert context is not None, "run_again() is for a page's script"
    raise RerunException(
        RerunData(
            query_string=context.query_string,
            page_script_hash=context.page_script_hash,
            widget_states=sent,
            cached_message_hashes=context.cached_message_hashes,
            context_info=context.context_info,
        )
    )


def give_way() -> None:
    """End this run here if the user has acted meanwhile, or has left."""
    context = get_script_run_ctx()
    if context is not None:
        context.yield_check()


def draws_fragment() -> bool:
    """Whether this run draws only a dialog or the pane, since the user acted in it."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)


def fragment_waits() -> bool:
    """Whether the user has acted in a dialog or the pane: Streamlit draws it again when the page's run has ended."""
    context = get_script_run_ctx()
    requests = context.script_requests if context is not None else None
    return requests is not None and getattr(requests, _STATE) is ScriptRequestType.RERUN


def _take_over_as_a_whole(state: SafeSessionState, *arguments: Any, **options: Any) -> None:
    # Past the class's own __setattr__, which sets a value of the session.
    may_end = getattr(state, _YIELD)
    object.__setattr__(state, _YIELD, _go_on)
    try:
        _take_over(state, *arguments, **options)
    finally:
        object.__setattr__(state, _YIELD, may_end)


def _go_on() -> None:
    """Nothing ends the run here."""
