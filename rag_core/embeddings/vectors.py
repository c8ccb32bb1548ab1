"""Vectors of texts: each distinct text is embedded once per process, longest first, in batches."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from rag_core.cache import ArrayCache, key_of
from rag_core.embeddings.base import EmbeddingModel, Role
from rag_core.embeddings.fair_lock import FairLock
from rag_core.embeddings.late.text_tokens import TextTokenStore
from rag_core.embeddings.late.token_vector_store import TokenVectorStore
from rag_core.progress import Meter, Report, ignore

_MAX_VECTORS = 100_000  # in memory
_MAX_NUMBERS = 50_000_000  # in all of them together
_Text = tuple[Role, str]


class Vectors:
    """A model and its vectors of texts, in memory and on disk; in memory the least recently used are evicted first.

    Safe for several threads.
    """

    def __init__(
        self, model: EmbeddingModel, cache: ArrayCache | None = None, *, max_vectors: int = _MAX_VECTORS
    ) -> None:
        self.model = model
        self.cache = cache or ArrayCache(Path(), 0)
        self.token_vectors = TokenVectorStore(model, self.cache)
        self.text_tokens = TextTokenStore(model, self.cache)
        min_size = _MAX_NUMBERS // max_vectors  # so that the bound of numbers is one of vectors too
        self._known: LRUCache[_Text, NDArray[np.float32]] = LRUCache(
            _MAX_NUMBERS, getsizeof=lambda vector: max(len(vector), min_size)
        )
        self._turn = FairLock()
        self._lock = threading.Lock()

    def missing(self, texts: Iterable[str], role: Role = "passage") -> list[str]:
        """The distinct texts that have no vector yet, in memory or on disk, in order of appearance."""
        with self._lock:
            unknown = {text: self._key(role, text) for text in dict.fromkeys(texts) if not self._knows(role, text)}
        cached = self.cache.get_many(unknown.values()) if unknown else {}
        shape = (self.model.info.dimensions,)
        usable = {text: cached[key] for text, key in unknown.items() if key in cached and cached[key].shape == shape}
        self._remember(role, usable)
        return [text for text in unknown if text not in usable]

    def prepare(self, texts: Iterable[str], report: Report = ignore, role: Role = "passage") -> None:
        """Embed the texts that have no vector yet, longest first. What is done stays done if `report` raises."""
        missing = self.missing(texts, role)
        if not missing:
            return
        self.model.wait(report)
        tokens = dict(zip(missing, self.model.count_tokens(missing), strict=True))
        what = f"{len(missing):,} texts" if len(missing) > 1 else "one text"
        groups = self._group_by_input(tokens)
        meter = Meter(f"Embedding {what}", sum(tokens[text] for text in groups), report)
        names = [self._name(role, text) for text in missing]
        for batch in self._batches({text: tokens[text] for text in groups}):
            self._embed(role, batch, groups)
            meter.add(sum(tokens[text] for text in batch))
        if names != [self._name(role, text) for text in missing]:  # the model's limit became known in between
            self.prepare(missing, report, role)

    def _group_by_input(self, tokens: Mapping[str, int]) -> dict[str, list[str]]:
        """Texts that are equal up to the model's token limit, by one of them: they have the same vector."""
        limit = self.model.info.token_limit
        groups: dict[bytes | str, list[str]] = {}
        for text, count in tokens.items():
            groups.setdefault(self.model.effective_input(text) if count == limit else text, []).append(text)
        return {texts[0]: texts for texts in groups.values()}

    def _embed(self, role: Role, batch: Sequence[str], groups: Mapping[str, Sequence[str]]) -> None:
        encode = self.model.encode_passages if role == "passage" else self.model.encode_queries
        # Sessions that need the same texts take turns: what one has embedded, the next one finds.
        with self._turn:
            with self._lock:
                unknown = [text for text in batch if not self._knows(role, text)]
            pairs = zip(unknown, encode(unknown), strict=True) if unknown else ()
            made = {text: vector for first, vector in pairs for text in groups[first]}
            self._remember(role, made)
        self.cache.put_many({self._key(role, text): vector for text, vector in made.items()})

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions), in the order of the texts."""
        self.prepare(texts)
        with self._lock:
            found = [self._known.get(self._name("passage", text)) for text in texts]
        # More texts than fit into memory: those evicted meanwhile are embedded again, and not remembered.
        rows = [
            self.model.encode_passages([text])[0] if row is None else row
            for text, row in zip(texts, found, strict=True)
        ]
        return np.stack(rows) if rows else np.zeros((0, self.model.info.dimensions), np.float32)

    def query(self, text: str) -> NDArray[np.float32]:
        """The question's vector, of shape (dimensions,)."""
        self.prepare([text], role="query")
        with self._lock:
            found = self._known.get(self._name("query", text))
        vector: NDArray[np.float32] = self.model.encode_queries([text])[0] if found is None else found
        return vector

    def _name(self, role: Role, text: str) -> _Text:
        return role, self.model.part_read(role, text)

    def _knows(self, role: Role, text: str) -> bool:
        return self._name(role, text) in self._known

    def _key(self, role: Role, text: str) -> str:
        return key_of(role, self.model.info.fingerprint, self.model.part_read(role, text))

    def _remember(self, role: Role, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        with self._lock:
            for text, vector in vectors.items():
                self._known[self._name(role, text)] = vector

    def _batches(self, tokens: Mapping[str, int]) -> Iterator[list[str]]:
        """Texts of similar length, longest first: that needs little padding, and times are rather overestimated."""
        batch: list[str] = []
        longest = 0
        for text in sorted(tokens, key=tokens.__getitem__, reverse=True):
            longest = max(longest, tokens[text])
            full = longest * (len(batch) + 1) > self.model.batch_tokens or len(batch) == self.model.batch_texts
            if batch and full:
                yield batch
                batch, longest = [], tokens[text]
            batch.append(text)
        if batch:
            yield batch
