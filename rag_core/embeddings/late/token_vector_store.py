"""Token vectors of documents: each document is read once, and cached in memory and on disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from cachetools import LRUCache
from numpy.typing import NDArray

from rag_core.cache import ArrayCache, key_of
from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.late.reading_jobs import ReadingJobs
from rag_core.embeddings.late.token_pass import token_pass
from rag_core.embeddings.late.token_vectors import TokenVectors
from rag_core.progress import Report, ignore

# Of float16; the running sums take twice as much again.
_MAX_BYTES = 300 * 1024**2
_TOUCH_EVERY_S = 60.0
_VERSION = 2  # of what the token pass makes of a text: raise it where that changes
_Key = tuple[str, int]  # the text's hash, and the overlap of windows in percent


@dataclass(frozen=True)
class _Cached:
    tokens: TokenVectors
    touched_s: float  # when the copy on disk was last used


class TokenVectorStore:
    """The token vectors of one model, in memory up to `max_bytes`, but for the last document. Safe for several threads.

    A document is read in the background while somebody wants it: a thread in `read`, or a holder (any hashable value,
    here a browser session) that called `begin`. A pass that nobody wants any more is cancelled after its current batch,
    and leaves nothing in the cache.
    """

    def __init__(self, model: EmbeddingModel, cache: ArrayCache, *, max_bytes: int = _MAX_BYTES) -> None:
        self._model = model
        self._cache = cache
        # A document beyond the bound counts as the bound: it is cached alone.
        self._recent: LRUCache[_Key, _Cached] = LRUCache(
            max_bytes, getsizeof=lambda cached: min(cached.tokens.vectors.nbytes, max_bytes)
        )
        self._jobs = ReadingJobs()
        self._lock = threading.Lock()

    def has(self, document: Document, overlap_percent: int) -> bool:
        """Whether the document has been read with windows of that overlap, by this process or another."""
        return self._find(document, overlap_percent) is not None

    def read(self, document: Document, overlap_percent: int, report: Report = ignore) -> TokenVectors:
        """The document's token vectors; runs the model over it unless they are cached, or joins a pass that is running.

        Several documents take turns. Raises what the pass raises, and what `report` raises.
        """
        found = self._find(document, overlap_percent)
        if found is not None:
            return found
        work = partial(self._run_model, document, overlap_percent)
        return self._jobs.wait(_key(document, overlap_percent), work, report)

    def begin(self, document: Document, overlap_percent: int, holder: Hashable) -> None:
        """Read the document in the background until it is done or the holder releases it; returns at once.

        An error of the pass is raised in `read` only; calling this again does not repeat a pass that failed.
        """
        work = partial(self._run_model, document, overlap_percent)
        self._jobs.hold(_key(document, overlap_percent), work, holder)

    def release(self, holder: Hashable, keep: Iterable[tuple[Document, int]] = ()) -> None:
        """Drop the holder's interest in all documents but those in `keep`, given with their overlap in percent."""
        self._jobs.release(holder, [_key(*reading) for reading in keep])

    def _find(self, document: Document, overlap_percent: int) -> TokenVectors | None:
        """Cached token vectors. Those in memory are looked up on disk once a minute, else they would be deleted there
        as the least recently used.
        """
        key = _key(document, overlap_percent)
        with self._lock:
            cached = self._recent.get(key)
        if cached is not None and time.monotonic() - cached.touched_s < _TOUCH_EVERY_S:
            return cached.tokens
        found = self._on_disk(document, overlap_percent)
        if found is None and cached is not None:
            found = cached.tokens
        if found is not None:
            self._remember(key, found)
        return found

    def _run_model(self, document: Document, overlap_percent: int, report: Report) -> TokenVectors:
        self._model.load_info(report)
        # Another pass may have ended since this one was asked for.
        if (found := self._find(document, overlap_percent)) is not None:
            return found
        self._model.wait(report)
        tokens = token_pass(document.text, self._model, overlap_percent, report=report)
        arrays: dict[str, NDArray[Any]] = {"vectors": tokens.vectors, "starts": tokens.starts, "ends": tokens.ends}
        self._cache.put(self._disk_key(document, overlap_percent), arrays)
        self._remember(_key(document, overlap_percent), tokens)
        return tokens

    def _on_disk(self, document: Document, overlap_percent: int) -> TokenVectors | None:
        arrays = self._cache.get(self._disk_key(document, overlap_percent), mapped=True)
        if not arrays:
            return None
        self._model.cache_token_starts(document.text, arrays["starts"])
        return TokenVectors(arrays["vectors"], arrays["starts"], arrays["ends"])

    def _disk_key(self, document: Document, overlap_percent: int) -> str:
        model = self._model
        limit = model.info.token_limit or 0
        return key_of(
            "tokens", _VERSION, model.info.fingerprint, model.reading_dtype, limit, overlap_percent, document.text_hash
        )

    def _remember(self, key: _Key, tokens: TokenVectors) -> None:
        with self._lock:
            self._recent[key] = _Cached(tokens, time.monotonic())


def _key(document: Document, overlap_percent: int) -> _Key:
    return document.text_hash, overlap_percent
