"""What the sessions of this server want done in the background, for as long as each of them is there."""

from __future__ import annotations

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rag_core.ui.shell import start
from rag_core.ui.shell.session_work import SessionWork, Work


def want(kind: str, work: Work | None) -> None:
    """From now on, this session wants this work of its kind, and no other."""
    context = get_script_run_ctx()
    assert context is not None, "want() is for a page's script"
    sessions.replace(context.session_id, kind, work)


def is_connected(session: str) -> bool:
    """Whether a browser is connected to the session."""
    try:
        return runtime.get_instance().is_active_session(session)
    except RuntimeError:  # the server has ended
        return False


sessions = SessionWork(is_connected, start.is_starting)
