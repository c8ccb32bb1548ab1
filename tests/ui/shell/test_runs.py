"""No action is lost where the next one comes before its run has begun."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit import config
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.testing.v1 import AppTest

from rag_core.ui.shell import runs
from tests.paths import ROOT


class Waits(BaseException):
    """A message waits, and ends the run."""


@pytest.fixture
def state() -> SafeSessionState:
    def end() -> None:
        raise Waits

    runs.keep_actions_whole()
    runs.keep_actions_whole()  # as every run of a page does
    return SafeSessionState(SessionState(), yield_callback=end)


def test_a_message_is_taken_over_before_the_next_one_ends_its_run(state: SafeSessionState) -> None:
    state.on_script_will_rerun(WidgetStates())
    with pytest.raises(Waits):
        _ = state["anything"]


def test_a_callback_reads_and_writes_though_the_next_message_waits(
    state: SafeSessionState, monkeypatch: pytest.MonkeyPatch
) -> None:
    def call_back(_: SessionState, **options: object) -> None:
        state["question"] = "Asked?"
        assert state["question"] == "Asked?"

    monkeypatch.setattr(SessionState, "_call_callbacks", call_back)
    state.on_script_will_rerun(WidgetStates())
    assert state.filtered_state == {"question": "Asked?"}


def test_a_callback_that_fails_leaves_the_next_run_as_it_was(
    state: SafeSessionState, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: SessionState, **options: object) -> None:
        raise KeyError

    monkeypatch.setattr(SessionState, "_call_callbacks", fail)
    with pytest.raises(KeyError):
        state.on_script_will_rerun(WidgetStates())
    with pytest.raises(Waits):
        _ = state["anything"]


def test_one_run_at_a_time_is_what_the_settings_say() -> None:
    settings = (ROOT / ".streamlit" / "config.toml").read_text()
    assert "\nfastReruns = false\n" in settings
    assert config.get_option("runner.fastReruns") is False


def page() -> None:
    import streamlit as st

    from rag_core.ui.shell.runs import run_again
    from rag_core.ui.shell.session import session

    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    session().question = st.text_input("Question", key="typed")
    if st.session_state["runs"] % 2:
        run_again()
    st.text(session().question)


def test_running_again_keeps_the_values_of_widgets() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    app.text_input(key="typed").set_value("Kept?").run()
    assert app.session_state["runs"] == 4
    assert app.text[0].value == "Kept?"
    assert not app.exception


def test_outside_of_a_page_nothing_gives_way() -> None:
    runs.give_way()
    assert not runs.fragment_waits()
    assert not runs.draws_fragment()
    assert "question" not in st.session_state
