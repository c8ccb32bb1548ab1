"""A server makes the sample ready before anybody asks."""

import threading

import pytest

from rag_core import compare, preset
from rag_core.strategy import preset_names
from rag_core.ui.shell import start
from rag_core.ui.shell.library import library


def test_the_first_question_on_the_sample_finds_everything_embedded() -> None:
    start._prepare()
    columns = compare([library.sample()], "How much overlap is enough?", list(map(preset, preset_names()))).columns
    assert [column.timings_ms.embed_ms for column in columns] == [0, 0, 0]


def test_what_will_be_imported_is_read_from_the_disk_before() -> None:
    names = [path.name for path in start._large_files()]
    assert any(name.startswith("libtorch") for name in names)
    assert "model.safetensors" in names
    start._read_ahead()


def test_it_starts_once(monkeypatch) -> None:
    started = []
    monkeypatch.setattr(start, "_once", threading.Lock())
    monkeypatch.setattr(start, "_starting", threading.Event())
    monkeypatch.setattr(start, "_in_background", lambda: started.append(1))
    threads = [threading.Thread(target=start.start) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert started == [1]


@pytest.mark.parametrize("fails", [False, True])
def test_heavy_imports_wait_for_the_first_page_only(monkeypatch, fails) -> None:
    def read_ahead() -> None:
        assert start.is_starting()
        if fails:
            raise OSError

    prepared = threading.Event()
    for name, value in {
        "_once": threading.Lock(),
        "_starting": threading.Event(),
        "_painted": threading.Event(),
        "_read_ahead": read_ahead,
        "_prepare": prepared.set,
    }.items():
        monkeypatch.setattr(start, name, value)
    assert not start.is_starting()
    start.start()
    start.painted()
    for thread in threading.enumerate():
        if thread.name == "prepare-sample":
            thread.join()
    assert not start.is_starting()
    assert prepared.is_set() is not fails
