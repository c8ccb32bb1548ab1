import os
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from rag_core.cache import ArrayCache, array_folder, default_cache, key_of
from rag_core.errors import UserError
from tests.cache.cache_entries import (
    ROWS,
    array_key,
    arrays_of,
    bytes_on_disk,
    check_arrays,
    check_rows,
    row_key,
    rows_of,
)

MB = 10**6
ODD_ARRAYS = {
    "halves": np.linspace(0, 1, 12, dtype=np.float16).reshape(3, 4),
    "empty": np.zeros((0, 384), np.float32),
    "scalar": np.array(7, np.int64),
    "not contiguous": np.arange(12, dtype=np.int32).reshape(3, 4).T,
    "big-endian": np.arange(5, dtype=">f8"),
    "flags": np.array([True, False]),
    "wörter": np.array([], np.uint8),
}


@pytest.fixture
def cache(tmp_path):
    return ArrayCache(tmp_path / "cache", 100 * MB)


@pytest.fixture
def no_environment(monkeypatch):
    monkeypatch.delenv("CHUNKSCOPE_HOME", raising=False)
    monkeypatch.delenv("CHUNKSCOPE_CACHE_GB", raising=False)
    default_cache.cache_clear()
    yield monkeypatch
    default_cache.cache_clear()


@pytest.mark.parametrize("mapped", [False, True])
def test_arrays_come_back_as_they_were(cache, mapped):
    for key, arrays in ((key_of("odd"), ODD_ARRAYS), (key_of("none"), {})):
        assert cache.get(key, mapped=mapped) is None
        cache.put(key, arrays)
        for reader in (cache, ArrayCache(cache._files.folder, MB)):
            found = reader.get(key, mapped=mapped)
            assert list(found) == list(arrays)
            for name, array in arrays.items():
                assert found[name].dtype == array.dtype
                assert found[name].shape == array.shape
                assert np.array_equal(found[name], array)
                assert not found[name].flags.writeable
                assert found[name].flags.aligned
    assert cache.problem is None


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, ">f4"])
def test_vectors_come_back_as_they_were(cache, kind):
    vectors = {key_of(number): np.arange(number, number + 5).astype(kind) for number in range(1200)}
    assert cache.get_many(vectors) == {}
    cache.put_many(vectors)
    found = cache.get_many([key_of("another"), *vectors, *vectors])
    assert found.keys() == vectors.keys()
    assert all(np.array_equal(found[key], vector) for key, vector in vectors.items())
    assert not found[key_of(0)].flags.writeable
    assert found[key_of(0)].dtype.itemsize == np.dtype(kind).itemsize


def test_keys_tell_every_division_apart():
    parts = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("", "abc"), (1,), ("1",), (11, 1), (1, 11), ()]
    parts += [("a1 b",), ("a", "str 1 b"), ("\U0001f600",), ("\ud83d\ude00",)]
    assert len({key_of(*each) for each in parts}) == len(parts)
    assert key_of("text", 256) == key_of("text", 256)


def test_errors_of_the_caller_are_raised(cache):
    with pytest.raises(ValueError, match="not a key"):
        cache.get("../../etc/passwd")
    with pytest.raises(TypeError, match="only numbers"):
        cache.put(key_of(1), {"objects": np.array([{}])})
    for wrong in (np.zeros((2, 2)), np.arange(3)):
        with pytest.raises(TypeError, match="vectors of floats"):
            cache.put_many({key_of(1): wrong})


def test_files_least_recently_used_go_first_and_the_bound_holds(tmp_path):
    size = 2_400_000
    cache = ArrayCache(tmp_path, 5 * size)
    for number in range(4):
        cache.put(array_key(number), arrays_of(number))
    for number, mapped in ((0, False), (2, True)):
        cache.get(array_key(number), mapped=mapped)
    (tmp_path / "the user's own.txt").write_text("stays")
    for number in range(4, 7):
        ArrayCache(tmp_path, 5 * size).put(array_key(number), arrays_of(number))
        assert bytes_on_disk(tmp_path) <= 5 * size
    left = [number for number in range(7) if cache.get(array_key(number)) is not None]
    assert left == [0, 2, 4, 5, 6]
    cache.put(array_key(7), arrays_of(7, 30_000))
    assert check_arrays(cache, mapped=False) == 5, "what is larger than the bound drives nothing out"
    assert (tmp_path / "the user's own.txt").exists()


def an_hour_later(folder):
    """Every vector in the folder was last used an hour earlier."""
    with closing(sqlite3.connect(folder / "vectors.v1.sqlite")) as connection, connection:
        connection.execute("UPDATE vectors SET used = used - 3600000")


def test_vectors_least_recently_used_go_first_and_the_bound_holds(tmp_path):
    cache = ArrayCache(tmp_path, 8 * MB)
    batches = [range(start, start + 200) for start in range(0, 1200, 200)]
    for batch in batches:
        cache.put_many(rows_of(batch))
        an_hour_later(tmp_path)
        cache.get_many(rows_of(batches[0]))
    kept = [check_rows(cache, batch) for batch in batches]
    assert kept[0] == kept[-1] == 200
    assert kept[1] == 0
    for start in range(5000, 25000, 2000):
        cache.put_many(rows_of(range(start, start + 2000)))
    assert (tmp_path / "vectors.v1.sqlite").stat().st_size <= 2 * MB
    assert cache.problem is None


def test_files_make_room_for_vectors(tmp_path):
    cache = ArrayCache(tmp_path, 20 * MB)
    for number in range(8):
        cache.put(array_key(number), arrays_of(number))
    cache.put_many(rows_of(ROWS))
    assert bytes_on_disk(tmp_path) <= 20 * MB
    assert check_rows(cache) == len(ROWS)


@pytest.fixture
def looked(monkeypatch):
    """When the folder was looked through: one entry a time."""
    looks, files = [], array_folder.ArrayFolder._files

    def counting(folder):
        looks.append(folder)
        return files(folder)

    monkeypatch.setattr(array_folder.ArrayFolder, "_files", counting)
    return looks


def test_thousands_of_small_files_are_written_without_looking_through_the_folder(cache, looked):
    for number in range(3000):
        cache.put(key_of(number), {"numbers": np.arange(number % 50)})
    assert len(looked) == 1
    assert len(list(cache._files.folder.iterdir())) == 3000
    cache.put_many(rows_of(range(10)))
    cache.put_many(rows_of(range(10, 20)))
    assert len(looked) == 1, "nor are vectors a reason"


def test_the_bound_holds_at_every_write_though_not_each_looks(tmp_path, looked):
    cache, bound = ArrayCache(tmp_path, 400_000), 400_000
    for number in range(1200):
        cache.put(key_of(number), {"numbers": np.full(100, number)})
        if number % 20 == 0:
            assert bytes_on_disk(tmp_path) <= bound
    assert len(looked) < 1200 / 6
    kept = [number for number in range(1200) if cache.get(key_of(number)) is not None]
    assert kept == list(range(kept[0], 1200)), "the oldest went first"
    assert bytes_on_disk(tmp_path) > 0.95 * bound


def test_what_the_database_grows_by_counts_at_every_write(tmp_path, looked):
    cache = ArrayCache(tmp_path, 8 * MB)
    for number in range(4):
        cache.put(array_key(number), arrays_of(number))
    before = len(looked)
    for start in range(0, 1000, 20):
        cache.put_many(rows_of(range(start, start + 20)))
        assert bytes_on_disk(tmp_path) <= 8 * MB
    assert 1 < len(looked) - before < 40
    assert check_rows(cache, range(1000)) > 500


def test_several_that_write_at_once_keep_to_the_bound_but_for_the_stated_share(tmp_path, looked):
    bound, writers = 400_000, [ArrayCache(tmp_path, 400_000) for _ in range(4)]
    most = 0
    for number in range(1200):
        writers[number % 4].put(key_of(number), {"numbers": np.full(100, number)})
        most = max(most, bytes_on_disk(tmp_path) if number % 20 == 0 else 0)
    size = next(tmp_path.glob("*.arrays")).stat().st_size
    assert most <= bound + 3 * (0.02 * bound + size)
    assert len(looked) < 1200 / 6


def test_writes_of_other_processes_are_seen_after_a_minute(tmp_path, monkeypatch):
    cache, other = ArrayCache(tmp_path, 8 * MB), ArrayCache(tmp_path, 100 * MB)
    cache.put(key_of("first"), {"a": np.ones(3)})
    for number in range(6):
        other.put(array_key(number), arrays_of(number))
    now = time.monotonic()
    for later, within in ((0, False), (59, False), (61, True)):
        monkeypatch.setattr(array_folder.time, "monotonic", lambda later=later: now + later)
        cache.put(key_of("after", later), {"a": np.ones(3)})
        assert (bytes_on_disk(tmp_path) <= 8 * MB) == within


def test_an_entry_as_large_as_the_bound_is_stored_alone(tmp_path):
    cache = ArrayCache(tmp_path, 2 * MB)
    cache.put(key_of("small"), {"a": np.ones(3)})
    cache.put(key_of("large"), {"a": np.ones(2 * MB - 1000, np.uint8)})
    assert cache.get(key_of("large")) is not None
    assert bytes_on_disk(tmp_path) <= 2 * MB
    for number in range(10):
        cache.put(key_of(number), {"a": np.ones(30)})
        assert bytes_on_disk(tmp_path) <= 2 * MB
    assert all(cache.get(key_of(number)) is not None for number in range(10))


def test_leftovers_of_a_killed_writer_are_removed_when_old(cache):
    cache.put(array_key(0), arrays_of(0))
    part = cache._files.folder / f"{array_key(1)}.v1.arrays.{'0' * 16}.part"
    part.write_bytes(b"half")
    cache.put(array_key(2), arrays_of(2))
    assert part.exists(), "its writer may be at it"
    long_ago = time.time() - 24 * 3600
    os.utime(part, (long_ago, long_ago))
    cache.put(array_key(3), arrays_of(3))
    assert not part.exists()


def test_a_file_that_another_process_is_writing_is_left_alone(tmp_path):
    cache = ArrayCache(tmp_path, 5 * MB)
    part = tmp_path / f"{array_key(0)}.v1.arrays.{'0' * 16}.part"
    part.write_bytes(bytes(4 * MB))
    os.utime(part, ns=(0, time.time_ns()))  # looks like the least recently used
    for number in range(1, 4):
        cache.put(array_key(number), arrays_of(number))
    assert part.exists()


def test_many_threads_of_one_process(cache):
    def work(worker):
        cache.put_many(rows_of(ROWS[100 * worker : 100 * worker + 300]))
        cache.put(array_key(worker % 3), arrays_of(worker % 3))
        return check_rows(cache), check_arrays(cache, mapped=worker % 2 == 0)

    with ThreadPoolExecutor(8) as threads:
        assert all(rows >= 300 and arrays for rows, arrays in threads.map(work, range(16)))
    assert cache.problem is None


def test_a_mapped_file_is_not_read_into_memory(cache):
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("reads this process's memory from /proc")
    cache.put(key_of("big"), {"vectors": np.ones((80_000, 384), np.float16)})
    before = _resident_kb(status)
    found = ArrayCache(cache._files.folder, MB).get(key_of("big"), mapped=True)
    assert _resident_kb(status) - before < 10_000
    assert found["vectors"][79_999].sum() == 384


def _resident_kb(status):
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS"))


def test_the_environment_names_folder_and_bound(no_environment, tmp_path):
    no_environment.setenv("CHUNKSCOPE_HOME", str(tmp_path / "home"))
    no_environment.setenv("CHUNKSCOPE_CACHE_GB", "0.25")
    cache = default_cache()
    assert cache is default_cache()
    assert cache.max_bytes == 250 * MB
    assert not (tmp_path / "home").exists(), "nothing is made before it is needed"
    cache.put(key_of(1), {"a": np.ones(3)})
    assert len(list((tmp_path / "home").rglob("*.arrays"))) == 1


def test_without_environment_it_is_the_users_cache_folder(no_environment):
    cache = default_cache()
    assert cache.max_bytes == 5000 * MB
    assert "chunkscope" in cache._files.folder.parts


def test_zero_switches_the_cache_off(no_environment, tmp_path):
    no_environment.setenv("CHUNKSCOPE_HOME", str(tmp_path / "home"))
    no_environment.setenv("CHUNKSCOPE_CACHE_GB", "0")
    cache = default_cache()
    cache.put(key_of(1), {"a": np.ones(3)})
    cache.put_many(rows_of(range(3)))
    assert cache.get(key_of(1)) is None
    assert cache.get_many([row_key(1)]) == {}
    assert cache.problem is None
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("nonsense", ["much", "-1", "nan", "inf", "5 GB"])
def test_an_invalid_size_is_refused(no_environment, nonsense):
    no_environment.setenv("CHUNKSCOPE_CACHE_GB", nonsense)
    with pytest.raises(UserError, match="CHUNKSCOPE_CACHE_GB="):
        default_cache()


def test_importing_it_loads_nothing_heavy():
    script = "import sys, rag_core.cache.array_cache; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert not {"torch", "platformdirs", "safetensors", "streamlit"} & set(run.stdout.split())
