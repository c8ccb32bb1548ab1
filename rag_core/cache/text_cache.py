"""Texts that cost money, such as those that a language model wrote: cached in memory and on disk, by key."""

from __future__ import annotations

import threading
import time
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from cachetools import LRUCache

from rag_core.cache.array_cache import ArrayCache

_MAX_CHARACTERS = 20_000_000


class TextCache:
    """The texts of one cache. All objects made for the same cache share what is in memory. Safe for several threads.

    Keys are those of `key_of`. A text is on disk when `put` returns, so a process that is killed loses none.
    """

    touch_every_s = 60.0  # how often the file of a text that is used from memory is marked as used

    def __init__(self, cache: ArrayCache) -> None:
        self._cache = cache
        with _lock:
            self._memory = _memories.setdefault(cache, _Memory())

    def get(self, key: str) -> str | None:
        """The text under a key, or None."""
        found = self._memory.get(key)
        if found and time.monotonic() - found.touched_s < self.touch_every_s:
            return found.text
        # Once a minute also what is in memory: on disk it would look unused, and be evicted first.
        arrays = self._cache.get(key)
        text = arrays["text"].tobytes().decode("utf-8", "surrogatepass") if arrays else found and found.text
        if text is not None:
            self._memory.put(key, text)
        return text

    def put(self, key: str, text: str) -> None:
        """Store a text under a key, replacing what was there."""
        self._memory.put(key, text)
        self._cache.put(key, {"text": np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)})


class _Entry(NamedTuple):
    text: str
    touched_s: float


class _Memory:
    """Texts by key, up to `_MAX_CHARACTERS` together; the least recently used are evicted first."""

    def __init__(self) -> None:
        self.entries: LRUCache[str, _Entry] = LRUCache(_MAX_CHARACTERS, getsizeof=lambda entry: len(entry.text))
        self._lock = threading.Lock()

    def get(self, key: str) -> _Entry | None:
        with self._lock:
            return self.entries.get(key)

    def put(self, key: str, text: str) -> None:
        with self._lock:
            self.entries.pop(key, None)
            if len(text) <= self.entries.maxsize:
                self.entries[key] = _Entry(text, time.monotonic())


_lock = threading.Lock()
_memories: WeakKeyDictionary[ArrayCache, _Memory] = WeakKeyDictionary()
