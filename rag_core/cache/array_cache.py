"""Vectors on disk: kept across starts, shared by processes and sessions, bounded, and checked before they are believed.

Arrays (a document's token vectors, say) are files that can be memory-mapped; single vectors by the thousand are rows of
one SQLite database. Whatever is wrong with the disk, the program goes on without the cache.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from rag_core.cache.array_folder import ArrayFolder
from rag_core.cache.health import CacheHealth
from rag_core.cache.vector_schema import VERSION
from rag_core.cache.vector_table import VectorTable
from rag_core.errors import UserError

_GB = 10**9
_USUAL_GB = 5.0
_TABLE_SHARE = 4  # single vectors get at most a quarter of the room
_KEY = re.compile(r"[0-9a-f]{64}")


def key_of(*parts: str | int) -> str:
    """The sha256 of the parts, in hexadecimal: other parts, another order or another division give another key."""
    digest = hashlib.sha256()
    for part in parts:
        data = str(part).encode("utf-8", "surrogatepass")
        digest.update(f"{type(part).__name__} {len(data)} ".encode())
        digest.update(data)
    return digest.hexdigest()


class ArrayCache:
    """The cache of one folder, for any number of threads and processes; it never raises for a reason outside.

    Keys are those of `key_of`, and equal keys mean equal values. Arrays come back read-only. Bound 0 switches it off.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        """Touches nothing on the disk before the first call."""
        self.max_bytes = max_bytes
        table = folder / f"vectors.v{VERSION}.sqlite"
        self._files = ArrayFolder(folder, max_bytes, sharing=table.name)
        self._table = VectorTable(table, max_bytes // _TABLE_SHARE)
        self._trouble = CacheHealth(folder)

    @property
    def problem(self) -> str | None:
        """Why the cache does not work at present, and the remedy, in one sentence; None while it does."""
        return self._trouble.sentence

    def get(self, key: str, *, mapped: bool = False) -> dict[str, NDArray[Any]] | None:
        """The arrays kept under a key, in memory or memory-mapped; None where there are none that can be trusted."""
        found = None
        if not self._rests("get", [key]):
            with self._trouble.noted("get"):
                found = self._files.read(key, mapped=mapped)
        return found

    def put(self, key: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep named arrays of numbers, of any shape, under a key."""
        if not self._rests("put", [key]):
            with self._trouble.noted("put"):
                self._files.write(key, arrays)

    def get_many(self, keys: Iterable[str]) -> dict[str, NDArray[Any]]:
        """Of the keys those that have a vector, with it; for thousands at once."""
        keys, found, stale = list(keys), dict[str, NDArray[Any]](), list[str]()
        if not self._rests("get_many", keys):
            with self._trouble.noted("get_many"):
                found, stale = self._table.read(keys)
        if stale and not self._rests("touch", ()):
            with self._trouble.noted("touch"):
                self._table.touch(stale)
        return found

    def put_many(self, vectors: Mapping[str, NDArray[Any]]) -> None:
        """Keep vectors of floats, each of shape (dimensions,), by key; for thousands at once."""
        if vectors and not self._rests("put_many", vectors):
            with self._trouble.noted("put_many"):
                self._table.write(vectors)
                self._files.make_room(0)

    def _rests(self, operation: str, keys: Iterable[str]) -> bool:
        for key in keys:
            if not _KEY.fullmatch(key):
                raise ValueError(f"not a key of key_of: {key!r}")
        return self.max_bytes <= 0 or self._trouble.rests(operation)


@lru_cache(maxsize=1)
def default_cache() -> ArrayCache:
    """The cache that the environment names, one a process; raises UserError where CHUNKSCOPE_CACHE_GB is no size."""
    return ArrayCache(home_folder() / "vectors", _most_bytes())


def home_folder() -> Path:
    """Where the user's own things of this program lie: CHUNKSCOPE_HOME, or a folder of the user's cache directory."""
    named = os.environ.get("CHUNKSCOPE_HOME", "").strip()
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_cache_path  # 20 ms, for those who need it

    return user_cache_path("chunkscope", appauthor=False)


def _most_bytes() -> int:
    stated = os.environ.get("CHUNKSCOPE_CACHE_GB", "").strip() or str(_USUAL_GB)
    try:
        size = float(stated)
    except ValueError:
        size = math.nan
    if not 0 <= size < math.inf:
        raise UserError(
            f"CHUNKSCOPE_CACHE_GB={stated!r} is not a size: give gigabytes, such as 5 or 0.5; 0 is no cache."
        )
    return int(size * _GB)
