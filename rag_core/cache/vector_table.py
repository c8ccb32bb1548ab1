"""A bounded SQLite table of many small vectors by key; the least recently used are evicted first."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from rag_core.cache.vector_schema import connect, is_corruption

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_Row: TypeAlias = tuple[bytes, int, int, int, bytes]  # key, bytes per number, checksum, last use (ms), numbers
_COLUMNS = "key, number_bytes, checksum, used, numbers"
_SELECT_BATCH = 500  # keys; old SQLite builds allow 999 parameters
_DELETE_BATCH = 256
_LOW_WATER = 0.9  # of the bound: how far evictions go, so that not every write evicts
_MAX_LOG_BYTES = 8 * 1024**2
_TOUCH_INTERVAL_MS = 600_000  # a use within this time of the last one is not recorded again
_TYPES = {size: np.dtype(f"<f{size}") for size in (2, 4, 8)}


class VectorTable:
    """Vectors in one database file, safe for threads and processes; all methods raise sqlite3.Error and OSError.

    Each row has a checksum of key, type and values. A database that SQLite finds corrupt is deleted and
    recreated. A kill leaves a transaction done or undone; in WAL mode readers never wait for the writer.
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def read(self, keys: Iterable[str]) -> tuple[dict[str, NDArray[Any]], list[str]]:
        """The vectors that exist, read-only, and the keys of those to `touch`: last used a while ago.

        Corrupt ones are left out; a later write replaces them.
        """
        wanted = [bytes.fromhex(key) for key in dict.fromkeys(keys)]
        if not self.path.exists():
            return {}, []
        return _verified(self._recovering(lambda connection: _select(connection, wanted)) or [])

    def touch(self, keys: Iterable[str]) -> None:
        """Record that these vectors were used just now."""
        now = _now_ms()
        rows = [(now, bytes.fromhex(key)) for key in keys]

        def update(connection: sqlite3.Connection) -> None:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("UPDATE vectors SET used = ? WHERE key = ?", rows)

        self._recovering(update)

    def write(self, vectors: Mapping[str, NDArray[Any]]) -> None:
        """Store vectors of shape (dimensions,) in one transaction, and evict the oldest beyond the bound."""
        rows = [_row(key, vector) for key, vector in vectors.items()]
        self.path.parent.mkdir(parents=True, exist_ok=True)

        def insert(connection: sqlite3.Connection) -> bool:
            with connection:
                # IMMEDIATE: a reader that becomes a writer halfway would fail instead of waiting its turn.
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(f"INSERT OR REPLACE INTO vectors ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)", rows)
                self._evict(connection)
            self._truncate_log(connection)
            return True

        if not self._recovering(insert):
            self._recovering(insert)

    def _evict(self, connection: sqlite3.Connection) -> None:
        if _bytes_in_use(connection) <= self._max_bytes:
            return
        while _bytes_in_use(connection) > _LOW_WATER * self._max_bytes:
            oldest = "SELECT rowid FROM vectors ORDER BY used, rowid LIMIT ?"
            if not connection.execute(f"DELETE FROM vectors WHERE rowid IN ({oldest})", (_DELETE_BATCH,)).rowcount:
                break

    def _truncate_log(self, connection: sqlite3.Connection) -> None:
        """Checkpoint a long write-ahead log, waiting for readers.

        SQLite itself does so only while nobody reads: with several processes the log would grow without limit.
        """
        log = self.path.with_name(f"{self.path.name}-wal")
        if log.exists() and log.stat().st_size > _MAX_LOG_BYTES:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def _recovering(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """The result of `work`; None where the database was corrupt and has been deleted."""
        with self._lock:
            try:
                return work(self._open())
            except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
                if not is_corruption(error, self.path):
                    raise
                _log.warning("The cache's database was corrupt (%s) and is recreated: %s", error, self.path)
                self._delete()
                return None

    def _open(self) -> sqlite3.Connection:
        """The process's connection, opened again if the file has been replaced since."""
        if self._connection is None or self._file != _identity(self.path):
            self._close()
            self._connection = connect(self.path)
            self._file = _identity(self.path)
        return self._connection

    def _delete(self) -> None:
        # Another process may have been faster: its new file stays.
        stale = self._file in (None, _identity(self.path))
        self._close()
        if stale:
            for end in ("-wal", "-shm", ""):
                self.path.with_name(self.path.name + end).unlink(missing_ok=True)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._file = None


def _row(key: str, vector: NDArray[Any]) -> _Row:
    if vector.ndim != 1 or vector.dtype.kind != "f" or vector.itemsize not in _TYPES:
        raise TypeError(f"Only vectors of floats are stored, not {vector.dtype} of shape {vector.shape}")
    name, numbers = bytes.fromhex(key), vector.astype(_TYPES[vector.itemsize], copy=False).tobytes()
    return name, vector.itemsize, _checksum(name, vector.itemsize, numbers), _now_ms(), numbers


def _select(connection: sqlite3.Connection, keys: list[bytes]) -> list[_Row]:
    rows: list[_Row] = []
    for start in range(0, len(keys), _SELECT_BATCH):
        some = keys[start : start + _SELECT_BATCH]
        marks = ", ".join("?" * len(some))
        rows += connection.execute(f"SELECT {_COLUMNS} FROM vectors WHERE key IN ({marks})", some)
    return rows


def _verified(rows: list[_Row]) -> tuple[dict[str, NDArray[Any]], list[str]]:
    """The vectors of the rows whose checksum is right, and the keys of those last used a while ago."""
    found: dict[str, NDArray[Any]] = {}
    stale: list[str] = []
    recent = _now_ms() - _TOUCH_INTERVAL_MS
    for key, number_bytes, checksum, used, numbers in rows:
        # In a corrupt database a column may hold a value of any type.
        with suppress(TypeError, KeyError, ValueError, AttributeError, OverflowError):
            if _checksum(key, number_bytes, numbers) == checksum:
                found[key.hex()] = np.frombuffer(numbers, _TYPES[number_bytes])
                if not (isinstance(used, int) and used > recent):
                    stale.append(key.hex())
    if len(found) < len(rows):
        _log.warning("%d corrupt vectors in the cache will be computed again", len(rows) - len(found))
    return found, stale


def _checksum(key: bytes, number_bytes: int, numbers: bytes) -> int:
    return crc32(numbers, crc32(key, number_bytes))


def _bytes_in_use(connection: sqlite3.Connection) -> int:
    pages, free, page_bytes = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * page_bytes)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
