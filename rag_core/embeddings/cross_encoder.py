"""Cross-encoders of sentence-transformers: they read a question and a text together, and score how well they match."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from rag_core.embeddings.device import best_device
from rag_core.embeddings.fair_lock import FairLock
from rag_core.embeddings.hub import ALTERNATIVES, local_folder, model_folder_of
from rag_core.embeddings.model_files import load_reason, silence_transformers, unread_weights
from rag_core.errors import UserError
from rag_core.progress import Meter, Progress, Report, ignore
from rag_core.text.imports import import_in_turn

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_OWNER = "cross-encoder"  # of models that are named without one
_MAX_MODELS = 2  # in memory; each can take gigabytes
_BATCH_TEXTS = 16
_REMEDY = (
    "Enter the folder of a cross-encoder, or choose rerank.kind=late_interaction, which needs no model beside the "
    "embedding model."
)
_lock = threading.Lock()
_opened: LRUCache[str, CrossEncoderModel] = LRUCache(_MAX_MODELS)


class PairScores(NamedTuple):
    """The scores of texts, of shape (texts,), and how many of the texts were truncated."""

    scores: NDArray[np.float32]
    truncated: int


class CrossEncoderModel:
    """A cross-encoder in float32, on a GPU if there is one; safe for several threads, which take turns."""

    def __init__(self, source: str) -> None:
        """`source` is a folder or a name on the hub; it is loaded when it is first needed."""
        folder = local_folder(source)
        self.name = source if folder is None else folder.resolve().name
        self._source = source
        self._turn = FairLock()
        self._loading = threading.Lock()

    def scores(self, question: str, texts: Sequence[str], report: Report = ignore) -> PairScores:
        """How well each text matches the question, as the model's `predict` has it.

        Equal texts are read once, longest first. `report` is called after each batch, and what it raises ends the work.
        Raises UserError where the model cannot be loaded.
        """
        report(Progress(f"Loading {self.name}", 0, 1))
        with self._loading:
            model = self._model
        lengths = self._lengths(model, question, list(dict.fromkeys(texts)))
        ordered = sorted(lengths, key=lengths.__getitem__, reverse=True)
        meter = Meter(f"Reading {len(ordered):,} texts with {self.name}", len(ordered), report)
        found: dict[str, float] = {}
        for first in range(0, len(ordered), _BATCH_TEXTS):
            batch = ordered[first : first + _BATCH_TEXTS]
            with self._turn:
                made = model.predict(
                    [(question, text) for text in batch], batch_size=_BATCH_TEXTS, show_progress_bar=False
                )
            found.update(zip(batch, np.asarray(made, np.float32).tolist(), strict=True))
            meter.add(len(batch))
        limit = model.max_seq_length
        truncated = sum(limit is not None and lengths[text] > limit for text in texts)
        return PairScores(np.array([found[text] for text in texts], np.float32), truncated)

    @property
    def token_limit(self) -> int | None:
        """The maximum of tokens of a question and a text together; call it after `scores`."""
        limit = self._model.max_seq_length
        return None if limit is None else int(limit)

    @staticmethod
    def _lengths(model: CrossEncoder, question: str, texts: Sequence[str]) -> dict[str, int]:
        """The number of tokens of each text with the question, before it is truncated."""
        if not texts:
            return {}
        read = model.tokenizer([question] * len(texts), list(texts), truncation=False, verbose=False)["input_ids"]
        return {text: len(ids) for text, ids in zip(texts, read, strict=True)}

    @cached_property
    def _model(self) -> CrossEncoder:
        return _loaded(_folder_of(self._source))


def cross_encoder(source: str) -> CrossEncoderModel:
    """The process's object of a model, shared by all sessions; loads nothing."""
    with _lock:
        if source not in _opened:
            _opened[source] = CrossEncoderModel(source)
        return _opened[source]


def is_open(source: str) -> bool:
    """Whether somebody has chosen the model before, in this process."""
    with _lock:
        return source in _opened


def _folder_of(source: str) -> Path:
    named = source if local_folder(source) is not None or "/" in source or "\\" in source else f"{_OWNER}/{source}"
    try:
        return model_folder_of(named)
    except UserError as error:
        raise UserError(str(error).replace(ALTERNATIVES, _REMEDY)) from None


def _loaded(folder: Path) -> CrossEncoder:
    """The model; raises UserError where the folder's files are not a usable cross-encoder."""
    import torch

    model_class = import_in_turn("sentence_transformers").CrossEncoder
    silence_transformers()
    try:
        model: CrossEncoder = model_class(
            str(folder),
            device=best_device(),
            trust_remote_code=False,
            local_files_only=True,
            model_kwargs={"dtype": torch.float32},
        )
        defect = "" if model.num_labels == 1 else f"it gives {model.num_labels} numbers for a text, and not one score"
        defect = defect or _missing(model)
    except Exception as error:  # of any type: the files may contain anything
        raise _load_error(folder, load_reason(error)) from error
    if defect:
        raise _load_error(folder, defect)
    return model


def _missing(model: CrossEncoder) -> str:
    """Why the scores would be random, or "": transformers makes up weights that are missing."""
    if not (missing := unread_weights(model)):
        return ""
    return f"{len(missing)} of its weights are missing, for example {missing[0]}: it may be an embedding model"


def _load_error(folder: Path, reason: str) -> UserError:
    return UserError(f"The files in {folder} could not be loaded as a cross-encoder: {reason}. {_REMEDY}")
