"""The embedding model: loaded once a process, in the background, by whoever wants it first."""

from __future__ import annotations

import copy
import logging
import threading
import time
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag_core.embeddings.fair_lock import FairLock
from rag_core.embeddings.minilm import model_folder, word_pieces
from rag_core.embeddings.token_pass import Tokens
from rag_core.progress import Progress, Report, ignore

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

_log = logging.getLogger(__name__)
_USUAL_LOAD_MS = 12_000
_WAIT_S = 0.1


class EmbeddingModel:
    """all-MiniLM-L6-v2 in float32 on the CPU: mean of the token vectors, length 1, 384 dimensions."""

    name = "MiniLM"
    fingerprint = "all-MiniLM-L6-v2/53aa5117/float32"
    token_limit = 256
    dimensions = 384
    special_tokens = 2  # [CLS] and [SEP] take two of the 256

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # One batch at a time: two threads encoding at once on a few cores are slower than one after the other.
        self._turn = FairLock()
        self._loaded = threading.Event()
        self._started: float | None = None
        self._error: BaseException | None = None

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
            report(Progress("Loading the embedding model", elapsed_ms, max(_USUAL_LOAD_MS, 1.05 * elapsed_ms), left_ms))
        if self._error is not None:
            raise RuntimeError("The embedding model did not load") from self._error

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), 384) and length 1; only the first 254 word pieces of a text count."""
        self.wait()
        with self._turn:
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
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        return SentenceTransformer(str(model_folder()), device="cpu", local_files_only=True)

    @property
    def reading_dtype(self) -> str:
        """The precision in which documents are read: bfloat16 where the processor multiplies it itself."""
        return "bfloat16" if has_bfloat16() else "float32"

    def tokenize(self, text: str) -> Tokens:
        """All tokens of the text; needs no torch."""
        encoding = word_pieces().encode(text, add_special_tokens=False)
        offsets = np.array(encoding.offsets, np.int32).reshape(-1, 2)
        return Tokens(np.array(encoding.ids, np.int64), offsets[:, 0].copy(), offsets[:, 1].copy())

    def encode_windows(self, windows: NDArray[np.int64]) -> NDArray[np.float32]:
        """See WindowModel; in bfloat16 where the processor has instructions for it."""
        import torch

        self.wait()
        edges = [np.full((len(windows), 1), word_pieces().token_to_id(name)) for name in ("[CLS]", "[SEP]")]
        with self._turn, torch.inference_mode():
            ids = torch.from_numpy(np.hstack([edges[0], windows, edges[1]]))
            read = self._reader(input_ids=ids).last_hidden_state
        return np.asarray(read.float().numpy())

    @cached_property
    def _reader(self) -> torch.nn.Module:
        """The network alone; a second copy in the lower precision, so that per-chunk vectors stay float32."""
        import torch

        network: torch.nn.Module = self._transformer[0].auto_model  # type: ignore[assignment]
        return copy.deepcopy(network).to(torch.bfloat16) if has_bfloat16() else network


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; elsewhere it is slower than float32."""
    import torch

    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


@lru_cache(maxsize=1)
def default_model() -> EmbeddingModel:
    """The built-in model, one a process."""
    return EmbeddingModel()
