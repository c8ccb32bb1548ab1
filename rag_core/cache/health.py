"""What keeps the cache from working: said once, in a sentence with the remedy, and then left alone for a while."""

from __future__ import annotations

import errno
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag_core.cache.vector_schema import code

_log = logging.getLogger(__name__)
_PAUSE_S = 30.0

_FULL = "The disk of the cache is full, so nothing more is kept: free some space, or lower CHUNKSCOPE_CACHE_GB."
_CLOSED = "The cache's folder cannot be written, so every start computes anew: mend it, or set CHUNKSCOPE_HOME."
_HELD = "Another program holds the cache's database, so vectors are computed anew: end it, or set CHUNKSCOPE_HOME."
_ELSE = "The cache does not work ({}), so every start computes anew: mend its folder, or set CHUNKSCOPE_HOME."

_BY_ERRNO = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), _FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), _CLOSED),
}
_BY_SQLITE = {
    sqlite3.SQLITE_FULL: _FULL,
    **dict.fromkeys((sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM), _CLOSED),
    **dict.fromkeys((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED), _HELD),
}


class CacheHealth:
    """Failures of the cache's operations; after one, the operation rests, so that a stuck disk delays nobody twice."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._now: dict[str, tuple[str, float]] = {}  # operation -> what is wrong, until when it rests

    @property
    def sentence(self) -> str | None:
        """What is wrong at present and how to mend it; None if all is well."""
        return next((sentence for sentence, _ in list(self._now.values())), None)

    def rests(self, operation: str) -> bool:
        """Whether the operation failed a moment ago and is not to be tried yet."""
        return operation in self._now and time.monotonic() < self._now[operation][1]

    @contextmanager
    def noted(self, operation: str) -> Iterator[None]:
        """Swallow errors of the disk and the database inside, remember them, and log a new one once."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            sentence = _sentence(error)
            if sentence not in [known for known, _ in list(self._now.values())]:
                _log.warning("%s Folder: %s. Cause: %s", sentence, self._folder, error)
            self._now[operation] = sentence, time.monotonic() + _PAUSE_S
        else:
            self._now.pop(operation, None)


def _sentence(error: OSError | sqlite3.Error) -> str:
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno or 0) or _ELSE.format(error.strerror or type(error).__name__)
    return _BY_SQLITE.get(code(error) or 0) or _ELSE.format(error)
