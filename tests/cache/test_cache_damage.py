import logging
import random
import shutil
import sqlite3

import numpy as np
import pytest

from rag_core.cache import ArrayCache, array_file, health, key_of, vector_schema
from rag_core.cache import array_cache as cache_module
from tests.cache.cache_entries import array_key, arrays_of, check_arrays, check_rows, row_key, rows_of

MB = 10**6
SMALL = {"vectors": np.arange(60, dtype=np.float16).reshape(20, 3), "offsets": np.arange(20, dtype=np.int32)}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def cache(folder):
    return ArrayCache(folder, 100 * MB)


@pytest.fixture
def one_file(cache, folder):
    cache.put(key_of("small"), SMALL)
    return next(folder.glob("*.arrays"))


def comes_back(cache, key, mapped):
    """Whether there is an entry; it fails if the entry is wrong."""
    found = cache.get(key, mapped=mapped)
    if found is not None:
        assert found.keys() == SMALL.keys()
        assert all(np.array_equal(found[name], array) for name, array in SMALL.items())
    return found is not None


@pytest.mark.parametrize("mapped", [False, True])
def test_no_changed_byte_of_a_file_goes_unnoticed(one_file, folder, mapped, caplog):
    whole = one_file.read_bytes()
    for at in range(len(whole)):
        one_file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        assert not comes_back(ArrayCache(folder, MB), key_of("small"), mapped), at
        assert not one_file.exists(), "a damaged file is dropped"
    assert len(caplog.records) == len(whole)
    one_file.write_bytes(whole)
    assert comes_back(ArrayCache(folder, MB), key_of("small"), mapped)


@pytest.mark.parametrize("mapped", [False, True])
def test_no_truncated_or_lengthened_file_is_believed(one_file, folder, mapped):
    whole = one_file.read_bytes()
    for wrong in [whole[:length] for length in range(0, len(whole), 7)] + [whole + b"\0", whole + bytes(64), whole * 2]:
        one_file.write_bytes(wrong)
        assert not comes_back(ArrayCache(folder, MB), key_of("small"), mapped), len(wrong)


@pytest.mark.parametrize("mapped", [False, True])
def test_a_file_under_anothers_name_is_not_believed(one_file, cache, folder, mapped):
    shutil.copy(one_file, one_file.with_name(one_file.name.replace(key_of("small"), key_of("other"))))
    assert cache.get(key_of("other"), mapped=mapped) is None
    assert comes_back(cache, key_of("small"), mapped)


def test_a_file_that_changes_after_its_first_reading_is_checked_again(one_file, cache, caplog):
    assert comes_back(cache, key_of("small"), True)
    damaged = bytearray(one_file.read_bytes())
    damaged[-70] ^= 1
    one_file.write_bytes(damaged)
    assert not comes_back(cache, key_of("small"), True)
    assert "will be computed again" in caplog.text
    cache.put(key_of("small"), SMALL)
    assert comes_back(cache, key_of("small"), True)


def test_files_of_another_version_are_not_found_and_age_out(monkeypatch, tmp_path, caplog):
    old = ArrayCache(tmp_path, 8 * MB)
    old.put(array_key(0), arrays_of(0))
    old.put_many(rows_of(range(100)))
    old._table._close()
    monkeypatch.setattr(array_file, "VERSION", 2)
    monkeypatch.setattr(array_file, "_MAGIC", b"Chunksc2")
    monkeypatch.setattr(cache_module, "VERSION", 2)
    new = ArrayCache(tmp_path, 8 * MB)
    assert new.get(array_key(0)) is None
    assert new.get_many([row_key(1)]) == {}
    new.put_many(rows_of(range(50)))
    for number in range(4):
        new.put(array_key(number), arrays_of(number))
    assert check_arrays(new, mapped=False) == 3
    assert check_rows(new) == 50
    assert not [path.name for path in tmp_path.iterdir() if ".v1." in path.name]
    assert caplog.records == []


def test_a_file_of_another_version_under_this_versions_name(one_file, cache):
    one_file.write_bytes(b"Chunksc9" + one_file.read_bytes()[8:])
    assert not comes_back(cache, key_of("small"), False)


def test_changed_bytes_of_the_database_give_no_wrong_vector_and_no_error(cache, folder):
    numbers, chance = range(40), random.Random(3)
    cache.put_many(rows_of(numbers))
    path = whole_database(cache, folder)
    whole, found = path.read_bytes(), []
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(chance.choice([1, 3, 40])):
            damaged[chance.randrange(chance.choice([100, 4096, len(whole)]))] = chance.randrange(256)
        path.write_bytes(damaged)
        reader = ArrayCache(folder, 100 * MB)
        found.append(check_rows(reader, numbers))
        reader.put_many(rows_of(numbers))
        reader.put_many(rows_of(numbers))
        assert check_rows(reader, numbers) == len(numbers), reader.problem
        assert reader.problem is None
        whole_database(reader, folder)
    assert {0, len(numbers)} < set(found), "some losses were whole, some in part, some bytes did not matter"


@pytest.mark.parametrize("at", [18, 19])
def test_a_database_that_claims_to_be_of_a_newer_sqlite_is_replaced(cache, folder, at):
    cache.put_many(rows_of(range(40)))
    path = whole_database(cache, folder)
    path.write_bytes(path.read_bytes()[:at] + b"\xd0" + path.read_bytes()[at + 1 :])
    cache.put_many(rows_of(range(50)))
    assert check_rows(cache, range(50)) == 50
    assert cache.problem is None


def whole_database(cache, folder):
    """The database's file, closed, with nothing beside it."""
    cache._table._close()
    assert not list(folder.glob("*-wal"))
    return folder / f"vectors.v{vector_schema.VERSION}.sqlite"


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(5000), bytes(100_000)])
def test_something_else_in_the_databases_place_is_replaced(cache, folder, content, caplog):
    folder.mkdir()
    (folder / "vectors.v1.sqlite").write_bytes(content)
    assert cache.get_many([row_key(1)]) == {}
    cache.put_many(rows_of(range(50)))
    assert check_rows(cache) == 50
    assert cache.problem is None
    assert len(caplog.records) == (1 if content else 0)


def test_a_damaged_vector_is_left_out_and_can_be_replaced(cache, folder, caplog):
    cache.put_many(rows_of(range(50)))
    with sqlite3.connect(folder / "vectors.v1.sqlite") as other:
        for number, column, wrong in ((3, "numbers", b"abcd"), (4, "number_bytes", "x"), (5, "checksum", None)):
            other.execute(f"UPDATE vectors SET {column} = ? WHERE key = ?", (wrong, bytes.fromhex(row_key(number))))
    other.close()
    assert check_rows(cache) == 47
    assert [record.getMessage() for record in caplog.records] == [
        "3 corrupt vectors in the cache will be computed again"
    ]
    cache.put_many(rows_of(range(3, 6)))
    assert check_rows(cache) == 50


def test_the_folder_may_vanish_under_a_running_program(cache, folder):
    for _ in range(3):
        cache.put(array_key(1), arrays_of(1))
        cache.put_many(rows_of(range(50)))
        assert check_rows(cache) == 50
        shutil.rmtree(folder)
        assert cache.get(array_key(1)) is None
        assert cache.get_many([row_key(1)]) == {}
    assert cache.problem is None


def test_a_file_in_place_of_the_folder_is_reported_once(cache, folder, caplog):
    folder.write_text("not a folder")
    for _ in range(3):
        cache.put(array_key(1), arrays_of(1))
        cache.put_many(rows_of(range(5)))
        assert cache.get(array_key(1)) is None
        assert cache.get_many([row_key(1)]) == {}
    assert "CHUNKSCOPE_HOME" in cache.problem
    assert len({record.getMessage().partition(":")[0] for record in caplog.records}) == len(caplog.records) <= 2


def test_a_locked_database_is_reported_once_and_used_again_when_free(cache, folder, monkeypatch, caplog):
    cache.put_many(rows_of(range(50)))
    holder = sqlite3.connect(folder / "vectors.v1.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    for _ in range(3):
        cache.put_many(rows_of(range(50, 60)))
        assert check_rows(cache) == 50, "readers do not wait for a writer"
    assert "Another program" in cache.problem
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    holder.close()
    cache.put_many(rows_of(range(50, 60)))
    assert check_rows(cache) == 50, "it is paused for a while"
    now = health.time.monotonic() + 60
    monkeypatch.setattr(health.time, "monotonic", lambda: now)
    cache.put_many(rows_of(range(50, 60)))
    assert check_rows(cache) == 60
    assert cache.problem is None
