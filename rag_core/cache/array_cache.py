"""Vectors and arrays on disk: shared by processes and sessions, bounded, and verified before they are used.

Arrays (a document's token vectors, say) are files that can be memory-mapped; single vectors by the thousand are rows of
one SQLite database. Whatever is wrong with the disk, the program goes on without the cache.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from rag_core.cache.array_folder import ArrayFolder
from rag_core.cache.health import CacheHealth
from rag_core.cache.vector_schema import VERSION
from rag_core.cache.vector_table import VectorTable

_TABLE_SHARE = 4  # single vectors get at most a quarter of the space
_KEY = re.compile(r"[0-9a-f]{64}")


def key_of(*parts: str | int) -> str:
    """The sha256 of the parts in hexadecimal: other parts, another order or another division give another key."""
    digest = hashlib.sha256()
    for part in parts:
        data = str(part).encode("utf-8", "surrogatepass")
        digest.update(f"{type(part).__name__} {len(data)} ".encode())
        digest.update(data)
    return digest.hexdigest()


class ArrayCache:
    """The cache of one folder, for any number of threads and processes; errors of the disk never raise.

    Keys are those of `key_of`, and equal keys mean equal values. Arrays are returned read-only.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        """Touches nothing on disk before the first call. A `max_bytes` of 0 disables the cache."""
        self.max_bytes = max_bytes
        table = folder / f"vectors.v{VERSION}.sqlite"
        self._files = ArrayFolder(folder, max_bytes, shared_prefix=table.name)
        self._table = VectorTable(table, max_bytes // _TABLE_SHARE)
        self._health = CacheHealth(folder)

    @property
    def problem(self) -> str | None:
        """Why the cache does not work at present, and the remedy, in one sentence; None while it works."""
        return self._health.problem

    def get(self, key: str, *, mapped: bool = False) -> dict[str, NDArray[Any]] | None:
        """The arrays under a key, in memory or memory-mapped; None where there are none that are intact."""
        found = None
        if not self._is_off("get", [key]):
            with self._health.recording("get"):
                found = self._files.read(key, mapped=mapped)
        return found

    def put(self, key: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Store named numeric arrays of any shape under a key."""
        if not self._is_off("put", [key]):
            with self._health.recording("put"):
                self._files.write(key, arrays)

    def get_many(self, keys: Iterable[str]) -> dict[str, NDArray[Any]]:
        """The vectors that are stored, by key; for thousands of keys at once."""
        keys, found, stale = list(keys), dict[str, NDArray[Any]](), list[str]()
        if not self._is_off("get_many", keys):
            with self._health.recording("get_many"):
                found, stale = self._table.read(keys)
        if stale and not self._is_off("touch", ()):
            with self._health.recording("touch"):
                self._table.touch(stale)
        return found

    def put_many(self, vectors: Mapping[str, NDArray[Any]]) -> None:
        """Store vectors of floats, each of shape (dimensions,), by key; for thousands at once."""
        if vectors and not self._is_off("put_many", vectors):
            with self._health.recording("put_many"):
                self._table.write(vectors)
                self._files.make_room(0)

    def _is_off(self, operation: str, keys: Iterable[str]) -> bool:
        for key in keys:
            if not _KEY.fullmatch(key):
                raise ValueError(f"not a key of key_of: {key!r}")
        return self.max_bytes <= 0 or self._health.is_paused(operation)
