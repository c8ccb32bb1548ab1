"""Texts that were paid for, such as what a language model wrote: kept in memory and on disk, by key."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from rag_core.cache.array_cache import ArrayCache

_MAX_CHARACTERS = 20_000_000
_TOUCHED_EVERY_S = 60.0


class TextCache:
    """The texts of one cache. All objects made for the same cache share what is in memory. Safe for several threads.

    Keys are those of `key_of`. A text is on the disk when `put` returns, so a process that is killed loses none.
    """

    def __init__(self, cache: ArrayCache) -> None:
        self._cache = cache
        with _lock:
            self._memory = _memories.setdefault(cache, _Memory())

    def get(self, key: str) -> str | None:
        """The text kept under a key; None where there is none."""
        found = self._memory.get(key)
        if found and time.monotonic() - found.touched_s < _TOUCHED_EVERY_S:
            return found.text
        # Once a minute also what is in memory: on disk it would look unused, and go first.
        arrays = self._cache.get(key)
        text = arrays["text"].tobytes().decode("utf-8", "surrogatepass") if arrays else found and found.text
        if text is not None:
            self._memory.put(key, text)
        return text

    def put(self, key: str, text: str) -> None:
        """Keep a text under a key, in the place of what was there."""
        self._memory.put(key, text)
        self._cache.put(key, {"text": np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)})


class _Kept(NamedTuple):
    text: str
    touched_s: float


class _Memory:
    """Texts by key, the least recently used going first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._characters = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> _Kept | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: str, text: str) -> None:
        with self._lock:
            if former := self._kept.pop(key, None):
                self._characters -= len(former.text)
            self._kept[key] = _Kept(text, time.monotonic())
            self._characters += len(text)
            while len(self._kept) > 1 and self._characters > _MAX_CHARACTERS:
                self._characters -= len(self._kept.popitem(last=False)[1].text)


_lock = threading.Lock()
_memories: WeakKeyDictionary[ArrayCache, _Memory] = WeakKeyDictionary()
