"""Which embedding model the user wants, and the one object in this process that is it."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from functools import lru_cache
from typing import NamedTuple

from rag_core.embeddings import minilm
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.cache import default_cache
from rag_core.embeddings.openai_api import OPENAI_MODELS, OPENAI_URL, OpenAIModel
from rag_core.embeddings.sentence_transformer import SentenceTransformerModel
from rag_core.embeddings.vectors import Vectors
from rag_core.errors import UserError

KEY_VARIABLE = "OPENAI_API_KEY"
_URL_VARIABLES = ("OPENAI_BASE_URL", "OPENAI_API_BASE")
_BUILT_IN = (minilm.SPEC, "all-minilm-l6-v2", "sentence-transformers/all-minilm-l6-v2")
_MOST_MODELS = 3  # beside the built-in one; each can take gigabytes
_lock = threading.Lock()
_opened: OrderedDict[tuple[ModelChoice, str], Vectors] = OrderedDict()


class ModelChoice(NamedTuple):
    """What names a model; no key, so that it can be shown and put into links.

    `model`: minilm, a sentence-transformers model's folder or name on the hub, or openai:MODEL. A prefix of None is
    the model's own.
    """

    model: str = minilm.SPEC
    base_url: str = ""
    query_prefix: str | None = None
    passage_prefix: str | None = None

    @property
    def is_built_in(self) -> bool:
        """Whether it is the model that needs nothing."""
        return self.model.lower() in _BUILT_IN and self[1:] == ("", None, None)

    @property
    def is_api(self) -> bool:
        """Whether it is behind a server."""
        return self.model.startswith("openai:") or self.model in OPENAI_MODELS or bool(self.base_url)


def vectors_of(choice: ModelChoice, key: str = "") -> Vectors:
    """The process's vectors of that model; loads nothing. Raises UserError where the choice names no model."""
    if choice.is_built_in:
        return built_in_vectors()
    known = (choice, hashlib.sha256(key.encode()).hexdigest())
    with _lock:
        if known not in _opened or _opened[known].model.failed:  # another try may find the network up
            _opened[known] = Vectors(_model_of(choice, key), default_cache())
        _opened.move_to_end(known)
        while len(_opened) > _MOST_MODELS:
            _opened.popitem(last=False)
        return _opened[known]


@lru_cache(maxsize=1)
def built_in_vectors() -> Vectors:
    """The process's vectors of the built-in model; loads nothing."""
    return Vectors(minilm.default_model(), default_cache())


def key_for(base_url: str) -> str:
    """The environment's key, for the server that the environment means: no other gets it."""
    return os.environ.get(KEY_VARIABLE, "") if not base_url or base_url.rstrip("/") == environment_url() else ""


def environment_url() -> str:
    """The address of the server that the environment names, or OpenAI's."""
    named = next((os.environ[name] for name in _URL_VARIABLES if os.environ.get(name)), OPENAI_URL)
    return named.rstrip("/")


def _model_of(choice: ModelChoice, key: str) -> EmbeddingModel:
    name = choice.model.removeprefix("openai:").strip()
    if not name:
        raise UserError("No embedding model is named. Give a name on the Hugging Face hub, a folder, or openai:MODEL.")
    if choice.is_api:
        return OpenAIModel(
            name,
            base_url=choice.base_url or environment_url(),
            key=key,
            query_prefix=choice.query_prefix or "",
            passage_prefix=choice.passage_prefix or "",
        )
    if name.lower() in _BUILT_IN:
        return minilm.PrefixedMiniLM(query_prefix=choice.query_prefix, passage_prefix=choice.passage_prefix)
    return SentenceTransformerModel(name, query_prefix=choice.query_prefix, passage_prefix=choice.passage_prefix)
