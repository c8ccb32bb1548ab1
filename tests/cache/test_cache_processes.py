"""The cache under kill -9, under several processes, on a full and on a read-only disk: all real, in child processes."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from rag_core.cache import ArrayCache
from tests.cache.cache_entries import ARRAYS, ROWS, check_rows, rows_of
from tests.cache.cache_workers import BOUND
from tests.fakes.own_disk import on_a_disk_of_its_own
from tests.paths import ROOT


@pytest.fixture
def in_memory(tmp_path):
    """A folder where a hundred new databases need no hundred waits for the disk, if the system has one."""
    if not os.access("/dev/shm", os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


def run(name, folder, *before):
    command = [*before, sys.executable, "-m", "tests.cache.cache_workers", name, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr.splitlines()


def test_writers_killed_at_any_moment_leave_entries_right_or_absent(tmp_path):
    outcome, log = run("kill", tmp_path / "cache")
    assert outcome["right"] == [True] * 20
    assert log == [], "nothing was damaged, and nobody was kept from writing"
    arrays, rows = outcome["entries"]
    # How many depends on how fast the machine is; with none of them, this test would have shown nothing.
    assert 0 < arrays < len(ARRAYS)
    assert rows > 0
    assert outcome["bytes"] <= 1.1 * BOUND


def test_a_writer_killed_at_any_line_of_the_cache(in_memory):
    outcome, log = run("kill_at_every_line", in_memory)
    assert outcome["ended"] == 0, "the last one had nothing left to be killed at"
    assert log == [], "nothing was damaged"
    left = [tuple(each) for each in outcome["left"]]
    assert left[0] == (0, False, 0)
    assert left[-1] == (0, True, 2)
    # Half a file is never an entry, and of two vectors of one transaction there are both or none.
    assert set(left) == {(0, False, 0), (1, False, 0), (0, True, 0), (0, True, 2)}


def test_processes_that_write_the_same_entries_at_once(tmp_path):
    outcome, log = run("together", tmp_path / "cache")
    assert outcome == {"right": [True] * 4, "entries": [5, len(ROWS)]}
    assert log == []


def test_a_full_disk_is_reported_once_and_the_cache_recovers(tmp_path):
    outcome, log = run("full", tmp_path, *on_a_disk_of_its_own(tmp_path))
    assert outcome["before"] is None
    assert "is full" in outcome["during"]
    assert outcome["entries"] == [True, 100], "what was there before stays readable"
    assert outcome["left"] == []
    assert outcome["after"] == [None, True, 200]
    assert len(log) == 1, log
    assert "free some space" in log[0]


def test_files_that_may_not_grow(tmp_path):
    outcome, log = run("small_files", tmp_path)
    assert outcome["entries"] == [True, False, 0]
    assert outcome["left"] == []
    assert outcome["problem"]
    assert 1 <= len(log) <= 2, "one line for files, one for the database"


def test_a_read_only_disk_is_read_and_reported_once(tmp_path):
    outcome, log = run("read_only", tmp_path, *on_a_disk_of_its_own(tmp_path))
    assert outcome["found"] == [True, True]
    assert outcome["damaged"] == [None] * 3
    assert outcome["well"] is None, "reading goes on, past a damaged file that cannot be deleted"
    assert "not writable" in outcome["problem"]
    assert ["Corrupt" in line for line in log] == [True, False], log


def test_the_databases_log_stays_short_while_others_are_reading(tmp_path):
    cache = ArrayCache(tmp_path, 400 * 10**6)
    cache.put_many(rows_of(range(10)))
    reader = sqlite3.connect(tmp_path / "vectors.v1.sqlite", isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM vectors").fetchone()
    ending = threading.Timer(0.3, reader.close)
    ending.start()
    cache.put_many(rows_of(range(10_000)))  # more than the log should hold, of which nothing is moved meanwhile
    ending.join()
    assert (tmp_path / "vectors.v1.sqlite-wal").stat().st_size < 10**6
    assert check_rows(cache) == len(ROWS)
    assert cache.problem is None
