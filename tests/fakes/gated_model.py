"""A model that stops before each batch of windows until a test lets it go on."""

import threading

import numpy as np
from numpy.typing import NDArray

from rag_core.embeddings.base import ALL_ROWS
from tests.fakes.tiny_model import TinyModel

_TIMEOUT_S = 60


class GatedModel(TinyModel):
    """`arrives` waits until the model is about to read a batch; `let` allows so many batches more."""

    def __init__(self) -> None:
        super().__init__()
        self._arrived, self._allowed = threading.Semaphore(0), threading.Semaphore(0)

    def arrives(self) -> None:
        assert self._arrived.acquire(timeout=_TIMEOUT_S), "no batch came"

    def let(self, batches: int) -> None:
        self._allowed.release(batches)

    def encode_windows(self, windows: NDArray[np.int64], rows: slice = ALL_ROWS) -> NDArray[np.float32]:
        self._arrived.release()
        assert self._allowed.acquire(timeout=_TIMEOUT_S), "the test did not let the batch go on"
        return super().encode_windows(windows, rows)


def passes_end() -> None:
    """Wait until no document is being read in the background."""
    for thread in threading.enumerate():
        if thread.name == "read-document":
            thread.join(_TIMEOUT_S)
            assert not thread.is_alive(), "a document is still being read"
