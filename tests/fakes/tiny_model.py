"""A small embedding model: exact, quick, and its vectors depend on everything that a real one's depend on."""

import re

import numpy as np
from numpy.typing import NDArray

from rag_core.embeddings.base import ALL_ROWS, EmbeddingModel, EmbeddingModelInfo, Tokens

DIMENSIONS = 8
_WORDS = 1000
_TABLE = np.random.default_rng(11).normal(size=(_WORDS + 2, DIMENSIONS)).astype(np.float32)
_START, _END = _WORDS, _WORDS + 1


class TinyModel(EmbeddingModel):
    """Words are tokens; a token's vector is its word's, moved by all of its window and by its place in it."""

    spec, name = "tiny", "Tiny"

    def __init__(self, fingerprint: str = "tiny", token_limit: int | None = 12, reading_dtype: str = "float32") -> None:
        super().__init__()
        self._facts = EmbeddingModelInfo(fingerprint, DIMENSIONS, token_limit)
        self._reading_dtype = reading_dtype
        self.read: list[NDArray[np.int64]] = []
        self.embedded: list[str] = []

    @property
    def info(self) -> EmbeddingModelInfo:
        return self._facts

    @property
    def text_tokens(self) -> int | None:
        return None if self._facts.token_limit is None else self._facts.token_limit - 2

    @property
    def reading_dtype(self) -> str:
        return self._reading_dtype

    def tokenize(self, text: str) -> Tokens:
        found = list(re.finditer(r"\w+|[^\w\s]", text))
        ids = [sum(map(ord, match.group())) % _WORDS for match in found]
        spans = np.array([match.span() for match in found], np.int32).reshape(-1, 2)
        return Tokens(np.array(ids, np.int64), spans[:, 0].copy(), spans[:, 1].copy())

    def encode_windows(self, windows: NDArray[np.int64], rows: slice = ALL_ROWS) -> NDArray[np.float32]:
        self.read.extend(windows)
        return np.stack([self.vectors_of(window)[rows] for window in windows])

    def vectors_of(self, window: NDArray[np.int64]) -> NDArray[np.float32]:
        own = _TABLE[np.array([_START, *window, _END])]
        place = np.cos(np.arange(len(own), dtype=np.float32))[:, None]
        return (own + 0.5 * own.mean(axis=0) + 0.1 * place).astype(np.float32)

    def encode_passages(self, texts: list[str]) -> NDArray[np.float32]:
        self.embedded += texts
        means = [self.vectors_of(self.tokenize(text).ids[: self.text_tokens]).mean(axis=0) for text in texts]
        return np.array([mean / np.linalg.norm(mean) for mean in means], np.float32)

    def encode_queries(self, texts: list[str]) -> NDArray[np.float32]:
        return self.encode_passages([f"question {text}" for text in texts])

    def count_tokens(self, texts: list[str]) -> list[int]:
        return [len(self.tokenize(text).ids[: self.text_tokens]) + 2 for text in texts]

    def _load(self) -> None:
        pass


class SilentModel(TinyModel):
    """The same, but it fails the test when it is asked."""

    def encode_windows(self, windows: NDArray[np.int64], rows: slice = ALL_ROWS) -> NDArray[np.float32]:
        raise AssertionError("read again")

    def encode_passages(self, texts: list[str]) -> NDArray[np.float32]:
        raise AssertionError("embedded again")
