"""Servers found on this machine: whatever they list, each offer is a button of its own."""

import pytest
from streamlit.testing.v1 import AppTest

from rag_core.llms.discovery import LocalServer, local_servers
from tests.paths import ROOT


def offers(monkeypatch: pytest.MonkeyPatch, *servers: LocalServer) -> list[str]:
    """The labels of the buttons; the page has no error."""
    monkeypatch.setattr(local_servers, "latest", lambda: list(servers))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).run()
    where = next(group for group in app.button_group if group.label == "Answers are written by")
    where.set_value("Compatible server").run()
    assert not app.exception
    return [button.label for button in app.button if str(button.key).startswith("found-")]


def test_two_servers_of_one_program_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    one = LocalServer("llama.cpp", "http://localhost:8080/v1", ("m.gguf",))
    two = LocalServer("llama.cpp", "http://localhost:8081/v1", ("m.gguf",))
    found = offers(monkeypatch, one, two)
    assert len(found) == len(set(found)) == 2
    assert ["8080" in label for label in found] == [True, False]


def test_names_of_models_that_differ_little_are_two_offers(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("m", "M", "m-", "m_")
    assert len(offers(monkeypatch, LocalServer("Ollama", "http://localhost:11434/v1", names))) == len(names)
