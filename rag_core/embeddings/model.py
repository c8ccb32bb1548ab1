"""The embedding model: loaded once a process, in the background, by whoever wants it first."""

from __future__ import annotations

import logging
import threading
import time
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag_core.embeddings.minilm import model_folder, word_pieces
from rag_core.progress import Progress, Report, ignore

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_log = logging.getLogger(__name__)
_USUAL_LOAD_MS = 12_000
_WAIT_S = 0.1


class EmbeddingModel:
    """all-MiniLM-L6-v2 in float32 on the CPU: mean of the token vectors, length 1, 384 dimensions."""

    name = "MiniLM"
    fingerprint = "all-MiniLM-L6-v2/53aa5117/float32"
    token_limit = 256
    special_tokens = 2  # [CLS] and [SEP] take two of the 256

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded = threading.Event()
        self._started: float | None = None
        self._error: BaseException | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether a vector can be had without waiting for the model."""
        return self._loaded.is_set() and self._error is None

    def warm_up(self) -> None:
        """Start loading in a background thread, once; returns at once."""
        with self._lock:
            if self._started is not None:
                return
            self._started = time.perf_counter()
        threading.Thread(target=self._load, name="load-embedding-model", daemon=True).start()

    def wait(self, report: Report = ignore) -> None:
        """Wait until the model is there, reporting a few times a second; raises what loading raised."""
        self.warm_up()
        assert self._started is not None
        while not self._loaded.wait(_WAIT_S):
            elapsed_ms = 1000 * (time.perf_counter() - self._started)
            left_ms = max(_USUAL_LOAD_MS - elapsed_ms, 0.0) or None
            report(Progress("Loading the embedding model", elapsed_ms, max(_USUAL_LOAD_MS, elapsed_ms), left_ms))
        if self._error is not None:
            raise RuntimeError("The embedding model did not load") from self._error

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), 384) and length 1; only the first 254 word pieces of a text count."""
        self.wait()
        # One batch at a time: two threads encoding at once on a few cores are slower than one after the other.
        with self._lock:
            vectors = self._transformer.encode(
                texts, batch_size=len(texts) or 1, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)

    def _load(self) -> None:
        try:
            _ = self._transformer
        except BaseException as error:  # kept for whoever waits; a thread's own end would tell nobody
            _log.exception("The embedding model did not load")
            self._error = error
        finally:
            self._loaded.set()

    @cached_property
    def _transformer(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        # Its bar of loaded weights would run through ours.
        transformers_logging.disable_progress_bar()
        return SentenceTransformer(str(model_folder()), device="cpu", local_files_only=True)

    def token_starts(self, text: str) -> NDArray[np.int64]:
        """Where each of the model's tokens begins in the text, in characters, ascending."""
        return np.array([start for start, _ in word_pieces().encode(text, add_special_tokens=False).offsets])


@lru_cache(maxsize=1)
def default_model() -> EmbeddingModel:
    """The built-in model, one a process."""
    return EmbeddingModel()
