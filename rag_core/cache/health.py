"""Errors of the cache's disk: reported once, in a sentence with the remedy, and not met again for a while."""

from __future__ import annotations

import errno
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag_core.cache.vector_schema import result_code

_log = logging.getLogger(__name__)
_PAUSE_S = 30.0

_DISK_FULL = "The disk of the cache is full, so nothing more is cached: free some space, or lower CHUNKSCOPE_CACHE_GB."
_NOT_WRITABLE = (
    "The cache folder is not writable, so everything is computed again at each start: fix its permissions, or set "
    "CHUNKSCOPE_HOME."
)
_LOCKED = (
    "Another program has locked the cache's database, so vectors are computed again: end it, or set CHUNKSCOPE_HOME."
)
_OTHER = (
    "The cache does not work ({}), so everything is computed again at each start: fix its folder, or set "
    "CHUNKSCOPE_HOME."
)

_BY_ERRNO = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), _DISK_FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), _NOT_WRITABLE),
}
_BY_RESULT_CODE = {
    sqlite3.SQLITE_FULL: _DISK_FULL,
    **dict.fromkeys((sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM), _NOT_WRITABLE),
    **dict.fromkeys((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED), _LOCKED),
}


class CacheHealth:
    """Failures of the cache's operations; a failed one is paused, so that a slow disk delays nobody twice."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._failures: dict[str, tuple[str, float]] = {}  # operation -> problem, end of the pause

    @property
    def problem(self) -> str | None:
        """What is wrong at present and how to fix it, in one sentence; None if all is well."""
        return next((problem for problem, _ in list(self._failures.values())), None)

    def is_paused(self, operation: str) -> bool:
        """Whether the operation failed a moment ago and is not to be tried yet."""
        return operation in self._failures and time.monotonic() < self._failures[operation][1]

    @contextmanager
    def recording(self, operation: str) -> Iterator[None]:
        """Swallow errors of the disk and the database, record them, and log each new one once."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            problem = _problem(error)
            if problem not in [known for known, _ in list(self._failures.values())]:
                _log.warning("%s Folder: %s. Cause: %s", problem, self._folder, error)
            self._failures[operation] = problem, time.monotonic() + _PAUSE_S
        else:
            self._failures.pop(operation, None)


def _problem(error: OSError | sqlite3.Error) -> str:
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno or 0) or _OTHER.format(error.strerror or type(error).__name__)
    return _BY_RESULT_CODE.get(result_code(error) or 0) or _OTHER.format(error)
