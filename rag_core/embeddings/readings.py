"""Token vectors of documents: each document is read once, and kept in memory and on disk."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

from numpy.typing import NDArray

from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.cache import ArrayCache, key_of
from rag_core.embeddings.token_pass import token_pass
from rag_core.embeddings.token_vectors import TokenVectors
from rag_core.progress import Report, ignore

# With their running sums about 2.3 kB each.
_KEPT_TOKENS = 400_000
_Key = tuple[str, int]  # the text's hash, and how far windows overlap


class Readings:
    """What one model has read, the least recently used going first. Safe for several threads."""

    def __init__(self, model: EmbeddingModel, cache: ArrayCache) -> None:
        self._model = model
        self._cache = cache
        self._kept: OrderedDict[_Key, TokenVectors] = OrderedDict()
        self._readers: dict[_Key, threading.Lock] = {}
        self._lock = threading.Lock()

    def has(self, document: Document, overlap_percent: int) -> bool:
        """Whether the document has been read with windows that overlap so far, by this process or another."""
        return self._known(document, overlap_percent) is not None

    def read(self, document: Document, overlap_percent: int, report: Report = ignore) -> TokenVectors:
        """The document's token vectors; runs the model over it unless they are there. Several documents take turns."""
        key = (document.text_hash, overlap_percent)
        # Who wants a document that another reads already waits for that one.
        with self._reading_lock(key):
            found = self._known(document, overlap_percent)
            if found is None:
                found = self._read(document, overlap_percent, report)
                self._remember(key, found)
            return found

    def _known(self, document: Document, overlap_percent: int) -> TokenVectors | None:
        key = (document.text_hash, overlap_percent)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = self._on_disk(document, overlap_percent)
        if found:
            self._remember(key, found)
        return found

    def _read(self, document: Document, overlap_percent: int, report: Report) -> TokenVectors:
        self._model.wait(report)
        tokens = token_pass(document.text, self._model, overlap_percent, report=report)
        arrays: dict[str, NDArray[Any]] = {"vectors": tokens.vectors, "starts": tokens.starts, "ends": tokens.ends}
        self._cache.put(self._disk_key(document, overlap_percent), arrays)
        return tokens

    def _on_disk(self, document: Document, overlap_percent: int) -> TokenVectors | None:
        kept = self._cache.get(self._disk_key(document, overlap_percent), mapped=True)
        return TokenVectors(kept["vectors"], kept["starts"], kept["ends"]) if kept else None

    def _disk_key(self, document: Document, overlap_percent: int) -> str:
        model = self._model
        limit = model.facts.token_limit or 0
        return key_of(
            "tokens", model.facts.fingerprint, model.reading_dtype, limit, overlap_percent, document.text_hash
        )

    def _reading_lock(self, key: _Key) -> threading.Lock:
        with self._lock:
            return self._readers.setdefault(key, threading.Lock())

    def _remember(self, key: _Key, tokens: TokenVectors) -> None:
        with self._lock:
            self._kept[key] = tokens
            while len(self._kept) > 1 and sum(len(t.starts) for t in self._kept.values()) > _KEPT_TOKENS:
                self._kept.popitem(last=False)
