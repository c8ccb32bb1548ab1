"""A bounded SQLite table of many small vectors by key; the least recently used go first."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from rag_core.embeddings.vector_schema import connect, is_damage

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_ASKED_AT_ONCE = 500  # keys in one SELECT; old SQLite builds allow 999 parameters
_DROPPED_AT_ONCE = 256
_LOW_WATER = 0.9  # of the bound: how far dropping goes, so that not every write drops something
_FRESH_MS = 60_000  # a use within this time of the last one is not noted again
_TYPES = {"f2": np.float16, "f4": np.float32, "f8": np.float64}


class VectorTable:
    """Vectors in one database file, safe for threads and processes; all methods raise sqlite3.Error and OSError.

    Each row has a checksum over key, type and values. A database that SQLite finds damaged is deleted and starts
    anew. A kill leaves a transaction done or undone; in WAL mode readers never wait for the writer.
    """

    def __init__(self, path: Path, most_bytes: int) -> None:
        self.path = path
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def read(self, keys: Iterable[str]) -> dict[str, NDArray[Any]]:
        """The vectors that are there, read-only; damaged ones are left out (a later write replaces them)."""
        wanted = [bytes.fromhex(key) for key in dict.fromkeys(keys)]
        if not self.path.exists():
            return {}
        found = dict(_believed(self._mended(lambda connection: _select(connection, wanted)) or []))
        return found

    def touch(self, keys: Iterable[str]) -> None:
        """Note that these were used just now."""
        now = _now_ms()
        rows = [(now, bytes.fromhex(key), now - _FRESH_MS) for key in keys]

        def update(connection: sqlite3.Connection) -> None:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("UPDATE vectors SET used = ? WHERE key = ? AND used < ?", rows)

        self._mended(update)

    def write(self, vectors: Mapping[str, NDArray[Any]]) -> None:
        """Keep vectors, each of shape (dimensions,), in one transaction, and drop the oldest beyond the bound."""
        rows = [_row(key, vector) for key, vector in vectors.items()]
        self.path.parent.mkdir(parents=True, exist_ok=True)

        def insert(connection: sqlite3.Connection) -> bool:
            with connection:
                # At once the writer: a reader that turns writer halfway would fail instead of waiting its turn.
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, ?)", rows)
                self._drop_oldest(connection)
            return True

        self._mended(insert) or self._mended(insert)

    def _drop_oldest(self, connection: sqlite3.Connection) -> None:
        if _bytes_in_use(connection) <= self._most_bytes:
            return
        while _bytes_in_use(connection) > _LOW_WATER * self._most_bytes:
            oldest = "SELECT rowid FROM vectors ORDER BY used, rowid LIMIT ?"
            if not connection.execute(f"DELETE FROM vectors WHERE rowid IN ({oldest})", (_DROPPED_AT_ONCE,)).rowcount:
                break
        connection.execute("PRAGMA incremental_vacuum").fetchall()  # gives the pages back to the disk

    def _mended(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """What `work` gives; None where the database was damaged, which it then is no more."""
        with self._lock:
            try:
                return work(self._open())
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                _log.warning("The cache's database was damaged (%s) and starts anew: %s", error, self.path)
                self._start_anew()
                return None

    def _open(self) -> sqlite3.Connection:
        """The process's connection, made again if the file is no longer the one it was made for."""
        if self._connection is None or self._file != _identity(self.path):
            self._close()
            self._connection = connect(self.path)
            self._file = _identity(self.path)
        return self._connection

    def _start_anew(self) -> None:
        # Another process may have been quicker: its new file stays.
        stale = self._file in (None, _identity(self.path))
        self._close()
        if stale:
            for end in ("-wal", "-shm", ""):
                self.path.with_name(self.path.name + end).unlink(missing_ok=True)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._file = None


def _row(key: str, vector: NDArray[Any]) -> tuple[bytes, str, int, int, bytes]:
    kind = vector.dtype.str[1:]
    if vector.ndim != 1 or kind not in _TYPES:
        raise TypeError(f"Vectors of floats are kept, not {vector.dtype} of shape {vector.shape}")
    values = vector.astype(vector.dtype.newbyteorder("<"), copy=False).tobytes()
    name = bytes.fromhex(key)
    return name, kind, _checksum(name, kind, values), _now_ms(), values
