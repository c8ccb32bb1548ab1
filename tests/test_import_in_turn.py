"""Modules that threads import in turn do not run at the same time."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag_core.text.imports import import_in_turn

MODULE = """
import sys, time
events = sys.modules["builtins"].chunkscope_import_events
events.append("begins")
time.sleep(0.2)
events.append("ends")
value = __name__
"""


@pytest.fixture
def events(monkeypatch):
    recorded: list[str] = []
    monkeypatch.setattr("builtins.chunkscope_import_events", recorded, raising=False)
    return recorded


def test_two_threads_import_one_after_the_other(events, tmp_path, monkeypatch):
    names = ["chunkscope_first", "chunkscope_second"]
    for name in names:
        (tmp_path / f"{name}.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    with ThreadPoolExecutor(2) as threads:
        modules = list(threads.map(import_in_turn, names))
    assert [module.value for module in modules] == names
    assert events == ["begins", "ends"] * 2
    for name in names:
        del sys.modules[name]
