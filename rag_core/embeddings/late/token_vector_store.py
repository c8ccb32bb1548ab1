"""Token vectors of documents: each document is read once, and kept in memory and on disk."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import Any

from numpy.typing import NDArray

from rag_core.cache.array_cache import ArrayCache, key_of
from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.late.reading_job import ReadingJob
from rag_core.embeddings.late.token_pass import token_pass
from rag_core.embeddings.late.token_vectors import TokenVectors
from rag_core.progress import Report, ignore

# Of float16; the running sums take twice as much again.
_KEPT_BYTES = 300 * 1024**2
_TOUCHED_EVERY_S = 60.0
_VERSION = 2  # of what the token pass makes of a text: raise it where that changes
_Key = tuple[str, int]  # the text's hash, and how far windows overlap


class TokenVectorStore:
    """What one model has read, the least recently used going first. Safe for several threads."""

    def __init__(self, model: EmbeddingModel, cache: ArrayCache) -> None:
        self._model = model
        self._cache = cache
        self._kept: OrderedDict[_Key, TokenVectors] = OrderedDict()
        self._jobs: dict[_Key, ReadingJob] = {}
        self._used_s: dict[_Key, float] = {}
        self._lock = threading.Lock()

    def has(self, document: Document, overlap_percent: int) -> bool:
        """Whether the document has been read with windows that overlap so far, by this process or another."""
        return self._known(document, overlap_percent) is not None

    def read(self, document: Document, overlap_percent: int, report: Report = ignore) -> TokenVectors:
        """The document's token vectors; runs the model over it unless they are there. Several documents take turns."""
        found = self._known(document, overlap_percent)
        return found if found is not None else self._job(document, overlap_percent).wait(report)

    def _job(self, document: Document, overlap_percent: int) -> ReadingJob:
        """The reading of the document that is going on, or a new one: who wants it too waits for the same."""
        key = (document.text_hash, overlap_percent)

        def work(report: Report) -> TokenVectors:
            try:
                # Another job may have ended since it was asked for.
                found = self._known(document, overlap_percent)
                return found if found is not None else self._read(document, overlap_percent, report)
            finally:
                with self._lock:
                    self._jobs.pop(key, None)

        with self._lock:
            if key not in self._jobs:
                self._jobs[key] = ReadingJob(work)
                self._jobs[key].start()
            return self._jobs[key]

    def _known(self, document: Document, overlap_percent: int) -> TokenVectors | None:
        key = (document.text_hash, overlap_percent)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        if found is not None and time.monotonic() - self._used_s.get(key, 0.0) < _TOUCHED_EVERY_S:
            return found
        # Once a minute also what is in memory: on disk it would look unused, and go first.
        self._used_s[key] = time.monotonic()
        found = self._on_disk(document, overlap_percent) or found
        if found:
            self._remember(key, found)
        return found

    def _read(self, document: Document, overlap_percent: int, report: Report) -> TokenVectors:
        self._model.wait(report)
        tokens = token_pass(document.text, self._model, overlap_percent, report=report)
        arrays: dict[str, NDArray[Any]] = {"vectors": tokens.vectors, "starts": tokens.starts, "ends": tokens.ends}
        self._cache.put(self._disk_key(document, overlap_percent), arrays)
        self._remember((document.text_hash, overlap_percent), tokens)
        return tokens

    def _on_disk(self, document: Document, overlap_percent: int) -> TokenVectors | None:
        kept = self._cache.get(self._disk_key(document, overlap_percent), mapped=True)
        if not kept:
            return None
        self._model.know_starts(document.text, kept["starts"])
        return TokenVectors(kept["vectors"], kept["starts"], kept["ends"])

    def _disk_key(self, document: Document, overlap_percent: int) -> str:
        model = self._model
        limit = model.info.token_limit or 0
        return key_of(
            "tokens", _VERSION, model.info.fingerprint, model.reading_dtype, limit, overlap_percent, document.text_hash
        )

    def _remember(self, key: _Key, tokens: TokenVectors) -> None:
        with self._lock:
            self._kept[key] = tokens
            while len(self._kept) > 1 and sum(t.vectors.nbytes for t in self._kept.values()) > _KEPT_BYTES:
                self._kept.popitem(last=False)
