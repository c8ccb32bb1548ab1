"""The token vectors of texts that the model reads alone, without the text around them, in memory and on disk."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from rag_core.cache import ArrayCache, key_of
from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel, Tokens
from rag_core.embeddings.late.token_pass import read_tokens
from rag_core.embeddings.late.unit_rows import unit_rows
from rag_core.progress import Meter, Report, ignore

_MAX_BYTES = 256 * 1024**2  # in memory
_MAX_DOCUMENTS = 16
_VERSION = 1  # of what is made of a text: raise it where that changes
# Windows of a text beyond the model's token limit do not overlap: most texts are shorter.
_OVERLAP_PERCENT = 0


class TextTokenStore:
    """The token vectors of one model's texts; safe for several threads."""

    def __init__(self, model: EmbeddingModel, cache: ArrayCache, *, max_bytes: int = _MAX_BYTES) -> None:
        self._model, self._cache = model, cache
        self._known: LRUCache[str, NDArray[np.float16]] = LRUCache(
            max_bytes, getsizeof=lambda vectors: min(vectors.nbytes, max_bytes)
        )
        self._documents: LRUCache[str, Tokens] = LRUCache(_MAX_DOCUMENTS)
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str], report: Report = ignore) -> list[NDArray[np.float16]]:
        """The vectors of each text's tokens, without special ones, of length 1 and shape (tokens, dimensions).

        `report` is called after each text, and what it raises ends the work. Raises UserError if the model has no
        token vectors.
        """
        found = {text: vectors for text in dict.fromkeys(texts) if (vectors := self._find(text)) is not None}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            self._model.wait(report)
            meter = Meter(f"Reading {len(missing):,} texts alone", sum(map(len, missing)), report)
            for text in missing:
                found[text] = self._read(text)
                meter.add(len(text))
        return [found[text] for text in texts]

    def of_question(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ids of a question's tokens as far as the model reads it, and their vectors, of length 1."""
        self._model.wait()
        ids = self._model.tokenize(text).ids[: self._model.text_tokens]
        if not len(ids):
            return ids, np.zeros((0, self._model.info.dimensions), np.float32)
        vectors = unit_rows(self._model.encode_question_tokens(ids))
        return ids[: len(vectors)], vectors

    def of_document(self, document: Document) -> Tokens:
        """The tokens of a document's text; cached for a few documents, since a long one takes a second."""
        with self._lock:
            found = self._documents.get(document.text_hash)
        if found is None:
            key = key_of("document tokens", _VERSION, self._model.info.fingerprint, document.text_hash)
            arrays = self._cache.get(key)
            found = Tokens(**arrays) if arrays else self._model.tokenize_and_cache_starts(document.text)
            if not arrays:
                self._cache.put(key, found._asdict())
            with self._lock:
                self._documents[document.text_hash] = found
        return found

    def _find(self, text: str) -> NDArray[np.float16] | None:
        with self._lock:
            found = self._known.get(text)
        if found is None and (arrays := self._cache.get(self._key(text))):
            found = arrays["vectors"]
            self._remember(text, found)
        return found

    def _read(self, text: str) -> NDArray[np.float16]:
        read = read_tokens(self._model.tokenize(text), self._model, _OVERLAP_PERCENT).vectors
        vectors = unit_rows(read).astype(np.float16)
        self._cache.put(self._key(text), {"vectors": vectors})
        self._remember(text, vectors)
        return vectors

    def _remember(self, text: str, vectors: NDArray[np.float16]) -> None:
        with self._lock:
            self._known[text] = vectors

    def _key(self, text: str) -> str:
        model = self._model
        limit = model.info.token_limit or 0
        return key_of("text tokens", _VERSION, model.info.fingerprint, model.reading_dtype, limit, text)
