"""A server makes the sample ready before anybody asks."""

import threading

import pytest

from rag_core import compare, preset
from rag_core.progress import Progress, Report
from rag_core.ui.shell import start
from rag_core.ui.shell.library import library
from tests.presets import WITHOUT_LLM
from tests.waiting import wait_until


def test_the_first_question_on_the_sample_finds_everything_embedded() -> None:
    start._prepare()
    columns = compare([library.sample()], "How much overlap is enough?", list(map(preset, WITHOUT_LLM))).columns
    assert [column.timings_ms.embed_ms for column in columns] == [0] * len(columns)


def test_documents_of_a_session_end_the_preparation_of_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[Progress] = []
    given_way = threading.Event()
    monkeypatch.setattr(start, "_given_way", given_way)

    def prepare(report: Report) -> None:
        steps.append(Progress("embedding", 1, 3))
        report(steps[-1])
        start.give_way()
        report(steps[-1])
        steps.append(Progress("embedding", 3, 3))

    monkeypatch.setattr(start, "_prepare", prepare)
    start._load()
    assert given_way.is_set()
    assert len(steps) == 1


def test_what_will_be_imported_is_read_from_the_disk_before() -> None:
    names = [path.name for path in start._large_files()]
    assert any(name.startswith("libtorch") for name in names)
    assert "model.safetensors" in names
    start._read_ahead()


def test_it_starts_once() -> None:
    started: list[int] = []
    warm_up = start.WarmUp(lambda: started.append(1), lambda: None)
    threads = [threading.Thread(target=warm_up.start) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    warm_up.painted()
    wait_until(lambda: not warm_up.is_starting())
    assert started == [1]


@pytest.mark.parametrize("fails", [False, True])
def test_heavy_imports_wait_for_the_first_page_only(fails: bool) -> None:
    begun, loaded = threading.Event(), threading.Event()

    def read_ahead() -> None:
        assert warm_up.is_starting()
        begun.set()
        if fails:
            raise OSError

    warm_up = start.WarmUp(read_ahead, loaded.set)
    assert not warm_up.is_starting()
    warm_up.start()
    wait_until(begun.is_set)
    assert fails or not loaded.is_set()
    warm_up.painted()
    wait_until(lambda: not warm_up.is_starting())
    if not fails:
        wait_until(loaded.is_set)
    assert loaded.is_set() is not fails
