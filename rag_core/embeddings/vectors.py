"""Vectors of texts: each distinct text is embedded once a process, longest first, in one batch for all who ask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import Document
from rag_core.embeddings.model import EmbeddingModel
from rag_core.embeddings.token_pass import token_pass
from rag_core.embeddings.token_vectors import TokenVectors
from rag_core.progress import Meter, Report, ignore

_BATCH_TOKENS = 4096
_KEPT_VECTORS = 100_000
# With their running sums about 2.3 kB each.
_KEPT_TOKENS = 400_000


class Vectors:
    """A model and the vectors it has made, the least recently used going first; safe for several threads."""

    def __init__(self, model: EmbeddingModel, *, keep: int = _KEPT_VECTORS) -> None:
        self.model = model
        self._keep = keep
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._tokens: OrderedDict[str, TokenVectors] = OrderedDict()
        self._readers: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def missing(self, texts: Iterable[str]) -> list[str]:
        """The distinct texts that have no vector yet, in order of appearance."""
        with self._lock:
            return [text for text in dict.fromkeys(texts) if text not in self._known]

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
            self._remember(batch, self.model.encode(batch))
            meter.add(sum(tokens[text] for text in batch))

    def read(self, document: Document, report: Report = ignore) -> None:
        """Run the model over the document, unless its token vectors are there; several documents take turns."""
        with self._reading_lock(document.text_hash):
            if document.text_hash not in self._tokens:
                self.model.wait(report)
                self._remember_tokens(document.text_hash, token_pass(document.text, self.model, report=report))

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
        return np.stack(rows) if rows else np.zeros((0, 384), np.float32)

    def query(self, text: str) -> NDArray[np.float32]:
        """The question's vector, of shape (dimensions,)."""
        return self.passages([text])[0]

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

    def _remember(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        with self._lock:
            for text, vector in zip(texts, vectors, strict=True):
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
