"""Vectors of texts: each distinct text is embedded once a process, longest first, in one batch for all who ask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import Document
from rag_core.embeddings.cache import ArrayCache, key_of
from rag_core.embeddings.fair_lock import FairLock
from rag_core.embeddings.model import EmbeddingModel
from rag_core.embeddings.token_pass import default_stride, token_pass
from rag_core.embeddings.token_vectors import TokenVectors
from rag_core.progress import Meter, Report, ignore

_BATCH_TOKENS = 4096
_KEPT_VECTORS = 100_000
# With their running sums about 2.3 kB each.
_KEPT_TOKENS = 400_000


class Vectors:
    """A model and the vectors it has made: in memory, the least recently used going first, and on disk.

    Safe for several threads.
    """

    def __init__(self, model: EmbeddingModel, cache: ArrayCache | None = None, *, keep: int = _KEPT_VECTORS) -> None:
        self.model = model
        self._cache = cache or ArrayCache(Path(), 0)
        self._keep = keep
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._tokens: OrderedDict[str, TokenVectors] = OrderedDict()
        self._readers: dict[str, threading.Lock] = {}
        self._turn = FairLock()
        self._lock = threading.Lock()

    def missing(self, texts: Iterable[str]) -> list[str]:
        """The distinct texts that have no vector yet, in memory or on disk, in order of appearance."""
        with self._lock:
            unknown = {text: self._key(text) for text in dict.fromkeys(texts) if text not in self._known}
        kept = self._cache.get_many(unknown.values()) if unknown else {}
        fitting = {t: kept[k] for t, k in unknown.items() if k in kept and kept[k].shape == (self.model.dimensions,)}
        self._remember(fitting)
        return [text for text in unknown if text not in fitting]

    def prepare(self, texts: Iterable[str], report: Report = ignore) -> None:
        """Embed what is missing, longest first. Interrupted by `report`, it keeps what is done."""
        missing = self.missing(texts)
        if not missing:
            return
        self.model.wait(report)
        tokens = {text: self.cost_tokens(text) for text in missing}
        what = f"{len(missing):,} texts" if len(missing) > 1 else "one text"
        meter = Meter(f"Embedding {what}", sum(tokens.values()), report)
        for batch in _batches(missing, tokens):
            self._embed(batch)
            meter.add(sum(tokens[text] for text in batch))

    def _embed(self, batch: Sequence[str]) -> None:
        # Two sessions that want the same texts take turns; what one has embedded the other finds.
        with self._turn:
            with self._lock:
                unknown = [text for text in batch if text not in self._known]
            made = dict(zip(unknown, self.model.encode(unknown), strict=True)) if unknown else {}
            self._remember(made)
        self._cache.put_many({self._key(text): vector for text, vector in made.items()})

    def has_read(self, document: Document) -> bool:
        """Whether the document's token vectors are there, in memory or on disk."""
        with self._lock:
            if document.text_hash in self._tokens:
                return True
        kept = self._kept_tokens(document)
        if kept:
            self._remember_tokens(document.text_hash, kept)
        return kept is not None

    def read(self, document: Document, report: Report = ignore) -> None:
        """Run the model over the document, unless its token vectors are there; several documents take turns."""
        with self._reading_lock(document.text_hash):
            if not self.has_read(document):
                self._remember_tokens(document.text_hash, self._read(document, report))

    def tokens_of(self, document: Document) -> TokenVectors:
        """The document's token vectors; reads it if that has not been done."""
        self.read(document)
        with self._lock:
            self._tokens.move_to_end(document.text_hash)
            return self._tokens[document.text_hash]

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions), in the order of the texts."""
        self.prepare(texts)
        with self._lock:
            found = [self._known.get(text) for text in texts]
        # More texts than are kept: what was dropped on the way is embedded again, without being kept.
        rows = [self.model.encode([text])[0] if row is None else row for text, row in zip(texts, found, strict=True)]
        return np.stack(rows) if rows else np.zeros((0, self.model.dimensions), np.float32)

    def query(self, text: str) -> NDArray[np.float32]:
        """The question's vector, of shape (dimensions,)."""
        vector: NDArray[np.float32] = self.passages([text])[0]
        return vector

    def cost_tokens(self, text: str) -> int:
        """About how many tokens the model will read of the text: what its time goes with."""
        return min(len(text) // 4 + 1, self.model.token_limit)

    def _reading_lock(self, text_hash: str) -> threading.Lock:
        """One lock a text: who wants the same document waits for the one who reads it already."""
        with self._lock:
            return self._readers.setdefault(text_hash, threading.Lock())

    def _remember_tokens(self, text_hash: str, tokens: TokenVectors) -> None:
        with self._lock:
            self._tokens[text_hash] = tokens
            while len(self._tokens) > 1 and sum(len(t.starts) for t in self._tokens.values()) > _KEPT_TOKENS:
                self._tokens.popitem(last=False)

    def _kept_tokens(self, document: Document) -> TokenVectors | None:
        kept = self._cache.get(self._tokens_key(document), mapped=True)
        return TokenVectors(kept["vectors"], kept["starts"], kept["ends"]) if kept else None

    def _read(self, document: Document, report: Report) -> TokenVectors:
        self.model.wait(report)
        tokens = token_pass(document.text, self.model, report=report)
        arrays: dict[str, NDArray[Any]] = {"vectors": tokens.vectors, "starts": tokens.starts, "ends": tokens.ends}
        self._cache.put(self._tokens_key(document), arrays)
        return tokens

    def _key(self, text: str) -> str:
        return key_of("per chunk", self.model.fingerprint, text)

    def _tokens_key(self, document: Document) -> str:
        model, stride = self.model, default_stride(self.model)
        return key_of("tokens", model.fingerprint, model.reading_dtype, model.token_limit, stride, document.text_hash)

    def _remember(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        with self._lock:
            for text, vector in vectors.items():
                self._known[text] = vector
                self._known.move_to_end(text)
            while len(self._known) > self._keep:
                self._known.popitem(last=False)


def _batches(texts: Sequence[str], tokens: dict[str, int]) -> Iterator[list[str]]:
    """Texts of like length together, longest first: little padding, and the estimate errs on the long side."""
    batch: list[str] = []
    widest = 0
    for text in sorted(texts, key=len, reverse=True):
        widest = max(widest, tokens[text])
        if batch and widest * (len(batch) + 1) > _BATCH_TOKENS:
            yield batch
            batch, widest = [], tokens[text]
        batch.append(text)
    if batch:
        yield batch
