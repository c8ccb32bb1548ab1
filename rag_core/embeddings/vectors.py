"""Vectors of texts: each distinct text is embedded once a process, longest first, in one batch for all who ask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rag_core.cache import ArrayCache, key_of
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.fair_lock import FairLock
from rag_core.embeddings.late.token_vector_store import TokenVectorStore
from rag_core.progress import Meter, Report, ignore

_KEPT_VECTORS = 100_000
_KEPT_NUMBERS = 50_000_000
Role = Literal["passage", "query"]  # models put other prefixes before them
_Text = tuple[Role, str]


class Vectors:
    """A model and the vectors it has made: in memory, the least recently used going first, and on disk.

    Safe for several threads.
    """

    def __init__(self, model: EmbeddingModel, cache: ArrayCache | None = None, *, keep: int = _KEPT_VECTORS) -> None:
        self.model = model
        self.cache = cache or ArrayCache(Path(), 0)
        self.token_vectors = TokenVectorStore(model, self.cache)
        self._keep = keep
        self._known: OrderedDict[_Text, NDArray[np.float32]] = OrderedDict()
        self._turn = FairLock()
        self._lock = threading.Lock()

    def missing(self, texts: Iterable[str], role: Role = "passage") -> list[str]:
        """The distinct texts that have no vector yet, in memory or on disk, in order of appearance."""
        with self._lock:
            unknown = {text: self._key(role, text) for text in dict.fromkeys(texts) if (role, text) not in self._known}
        kept = self.cache.get_many(unknown.values()) if unknown else {}
        shape = (self.model.info.dimensions,)
        fitting = {text: kept[key] for text, key in unknown.items() if key in kept and kept[key].shape == shape}
        self._remember(role, fitting)
        return [text for text in unknown if text not in fitting]

    def prepare(self, texts: Iterable[str], report: Report = ignore, role: Role = "passage") -> None:
        """Embed what is missing, longest first. Interrupted by `report`, it keeps what is done."""
        missing = self.missing(texts, role)
        if not missing:
            return
        self.model.wait(report)
        tokens = dict(zip(missing, self.model.count_tokens(missing), strict=True))
        what = f"{len(missing):,} texts" if len(missing) > 1 else "one text"
        alike = self._alike(tokens)
        meter = Meter(f"Embedding {what}", sum(tokens[text] for text in alike), report)
        for batch in self._batches({text: tokens[text] for text in alike}):
            self._embed(role, batch, alike)
            meter.add(sum(tokens[text] for text in batch))

    def _alike(self, tokens: Mapping[str, int]) -> dict[str, list[str]]:
        """Texts, each with all those of which the model reads the same: beyond its limit they may differ."""
        limit = self.model.info.token_limit
        groups: dict[bytes | str, list[str]] = {}
        for text, count in tokens.items():
            groups.setdefault(self.model.effective_input(text) if count == limit else text, []).append(text)
        return {texts[0]: texts for texts in groups.values()}

    def _embed(self, role: Role, batch: Sequence[str], alike: Mapping[str, Sequence[str]]) -> None:
        encode = self.model.encode_passages if role == "passage" else self.model.encode_queries
        # Two sessions that want the same texts take turns; what one has embedded the other finds.
        with self._turn:
            with self._lock:
                unknown = [text for text in batch if (role, text) not in self._known]
            pairs = zip(unknown, encode(unknown), strict=True) if unknown else ()
            made = {text: vector for first, vector in pairs for text in alike[first]}
            self._remember(role, made)
        self.cache.put_many({self._key(role, text): vector for text, vector in made.items()})

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions), in the order of the texts."""
        self.prepare(texts)
        with self._lock:
            found = [self._known.get(("passage", text)) for text in texts]
            for text, row in zip(texts, found, strict=True):
                if row is not None:
                    self._known.move_to_end(("passage", text))
        # More texts than are kept: what was dropped on the way is embedded again, without being kept.
        rows = [
            self.model.encode_passages([text])[0] if row is None else row
            for text, row in zip(texts, found, strict=True)
        ]
        return np.stack(rows) if rows else np.zeros((0, self.model.info.dimensions), np.float32)

    def query(self, text: str) -> NDArray[np.float32]:
        """The question's vector, of shape (dimensions,)."""
        self.prepare([text], role="query")
        with self._lock:
            found = self._known.get(("query", text))
        vector: NDArray[np.float32] = self.model.encode_queries([text])[0] if found is None else found
        return vector

    def _key(self, role: Role, text: str) -> str:
        return key_of(role, self.model.info.fingerprint, text)

    def _remember(self, role: Role, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        with self._lock:
            for text, vector in vectors.items():
                self._known[role, text] = vector
                self._known.move_to_end((role, text))
            most = min(self._keep, _KEPT_NUMBERS // self.model.info.dimensions)
            while len(self._known) > most:
                self._known.popitem(last=False)

    def _batches(self, tokens: Mapping[str, int]) -> Iterator[list[str]]:
        """Texts of like length together, longest first: little padding, and the estimate errs on the long side."""
        batch: list[str] = []
        widest = 0
        for text in sorted(tokens, key=tokens.__getitem__, reverse=True):
            widest = max(widest, tokens[text])
            full = widest * (len(batch) + 1) > self.model.batch_tokens or len(batch) == self.model.batch_texts
            if batch and full:
                yield batch
                batch, widest = [], tokens[text]
            batch.append(text)
        if batch:
            yield batch
