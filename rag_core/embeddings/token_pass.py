"""One pass of the model over a text, in overlapping windows: the token vectors that serve every chunk size."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from rag_core.embeddings.token_vectors import TokenVectors
from rag_core.embeddings.windows import owners, window_starts
from rag_core.progress import Meter, Report, ignore

_WINDOWS_A_BATCH = 32


class Tokens(NamedTuple):
    """A text's tokens without special ones: ids, and where each stands in the text, in characters; shape (tokens,)."""

    ids: NDArray[np.int64]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]


class WindowModel(Protocol):
    """What the pass needs of a model."""

    token_limit: int
    special_tokens: int
    dimensions: int

    def tokenize(self, text: str) -> Tokens:
        """All tokens of the text, however long it is."""

    def encode_windows(self, windows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Vectors of all tokens of equally long windows, special ones around them: (windows, 1 + tokens + 1, dim.)."""


def token_pass(text: str, model: WindowModel, *, stride: int | None = None, report: Report = ignore) -> TokenVectors:
    """Each token's vector, from the window in which it stands most central.

    `stride` is the distance of the windows in tokens; by default half a window.
    """
    tokens = model.tokenize(text)
    count = len(tokens.ids)
    window = min(model.token_limit - model.special_tokens, count)
    vectors = np.zeros((count, model.dimensions), np.float16)
    if not count:
        return TokenVectors(vectors, tokens.starts, tokens.ends)
    starts = window_starts(count, window, stride or default_stride(model))
    owner = owners(count, starts, window)
    meter = Meter("Reading the document", len(starts), report)
    for first in range(0, len(starts), _WINDOWS_A_BATCH):
        batch = starts[first : first + _WINDOWS_A_BATCH]
        read = model.encode_windows(np.stack([tokens.ids[start : start + window] for start in batch]))
        for i, start in enumerate(batch):
            mine = np.flatnonzero(owner == first + i)
            vectors[mine] = read[i, 1 + mine - start]
        meter.add(len(batch))
    return TokenVectors(vectors, tokens.starts, tokens.ends)


def default_stride(model: WindowModel) -> int:
    """Windows overlap by half: each token has at least a quarter of a window on either side, but at the text's ends."""
    return max((model.token_limit - model.special_tokens) // 2, 1)
