"""The database of vectors: its schema, opening it, and which errors mean that it is corrupt."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

VERSION = 1  # of the schema; it is part of the file's name

_BUSY_TIMEOUT_S = 2.0  # another process's transaction takes milliseconds
# ERROR: a table is missing or has other columns. TOOBIG: a length that no vector has.
_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_TOOBIG)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

# auto_vacuum returns deleted pages to the disk; it must be set before anything is written.
# synchronous = NORMAL: a power cut may lose the last writes, not the database.
_SETTINGS = (
    "PRAGMA auto_vacuum = FULL",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA journal_size_limit = 4194304",
)
_TABLE = (
    "CREATE TABLE IF NOT EXISTS vectors"
    " (key BLOB PRIMARY KEY, number_bytes INTEGER, checksum INTEGER, used INTEGER, numbers BLOB)",
    "CREATE INDEX IF NOT EXISTS vectors_by_use ON vectors (used)",
)


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the database and its table, for any thread with the owner's lock. Raises sqlite3.Error."""
    deadline = time.monotonic() + _BUSY_TIMEOUT_S
    while True:
        try:
            return _connect(path)
        except sqlite3.OperationalError as error:
            # Where two processes create the same database, switching to WAL fails at once instead of waiting.
            if result_code(error) not in _BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def result_code(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code, or None for an error of the Python module itself."""
    full: int | None = getattr(error, "sqlite_errorcode", None)
    return None if full is None else full & 0xFF


def is_corruption(error: sqlite3.Error | UnicodeDecodeError, path: Path) -> bool:
    """Whether the file is at fault, not its surroundings (a lock, a full disk) or this program."""
    if isinstance(error, UnicodeDecodeError):  # Python decodes names and messages; those of a corrupt schema fail
        return True
    if result_code(error) == sqlite3.SQLITE_READONLY:  # a corrupt header can say that this SQLite is too old to write
        return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return result_code(error) in _CORRUPT


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    connection.text_factory = bytes  # no text is stored, and corruption that looks like text need not be UTF-8
    try:
        for statement in _SETTINGS:
            connection.execute(statement).close()
        if not connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'vectors_by_use'").fetchone()[0]:
            for statement in _TABLE:
                connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection
